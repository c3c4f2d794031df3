// Which checklists, self-checks, comparisons and briefs were shown in this browser: kept in its own storage, with who asks.
(() => {
  const KEPT_UNDER = "cx-made";
  const WHOM = "cx-whom"; // who asks, as the chat's intake last had it, for the self-check and the comparison
  const MOST = 200;

  // The newest first: { path, title }, the path being the one of its page.
  function read() {
    try { return JSON.parse(localStorage.getItem(KEPT_UNDER)) ?? []; } catch { return []; }
  }

  function write(made) {
    try { localStorage.setItem(KEPT_UNDER, JSON.stringify(made.slice(0, MOST))); } catch { /* not kept, then */ }
  }

  window.made = {
    read,
    profile: () => { try { return JSON.parse(localStorage.getItem(WHOM)); } catch { return null; } },
    keepProfile() {
      const said = document.querySelector("[data-profile]")?.dataset.profile;
      try { if (said) localStorage.setItem(WHOM, said); } catch { /* not kept, then */ }
    },
    forget: (path) => write(read().filter((one) => one.path !== path)),
    keepShown() {
      for (const { dataset } of document.querySelectorAll("[data-made]")) {
        const made = read();
        if (made[0]?.path === dataset.made && made[0].title === dataset.title) continue;
        write([{ path: dataset.made, title: dataset.title }, ...made.filter((one) => one.path !== dataset.made)]);
      }
    },
  };
  window.made.keepShown();
})();
