// Which checklists, self-checks, comparisons and briefs were shown in this browser: kept in its own storage.
(() => {
  const KEPT_UNDER = "cx-made";
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
