// Lists what this browser has made, as each is now; what was deleted meanwhile leaves the list.
(() => {
  const { root } = document.querySelector("[data-root]").dataset;
  const told = document.querySelector("[data-told]");
  const blank = document.querySelector("template").content;
  const KINDS = { checklists: "checklists", assess: "assessments", compare: "comparisons", briefs: "briefs" };

  async function fetchNow(path) {
    const [kind, id] = path.split("/");
    const response = await fetch(`${root}v1/${KINDS[kind]}/${encodeURIComponent(id)}`);
    if (response.status === 404) return null;
    return response.ok ? response.json() : {};
  }

  function about(kind, now) {
    const day = (now.created ?? "").slice(0, 10);
    if (kind !== "checklists" || !now.items) return day;
    const left = now.items.filter((item) => item.status !== "dropped");
    return `${left.filter((item) => item.status === "done").length} of ${left.length} done · ${day}`;
  }

  function show({ path, title }, now) {
    const section = document.querySelector(`[data-kind="${path.split("/")[0]}"]`);
    const entry = blank.cloneNode(true).firstElementChild;
    const [link, hint, button] = entry.children;
    link.href = root + path;
    link.textContent = title;
    hint.textContent = about(section.dataset.kind, now);
    button.setAttribute("aria-label", `Take off this list: ${title}`);
    button.addEventListener("click", () => {
      window.made.forget(path);
      entry.remove();
      section.hidden = !section.querySelector("li");
      tell();
    });
    section.querySelector("ul").append(entry);
    section.hidden = false;
  }

  function tell() {
    const count = document.querySelectorAll(".made li").length;
    told.textContent = count ? "" : "Nothing yet. Ask a question, take the self-check or compare, and it is listed here.";
  }

  async function list() {
    const made = window.made.read();
    const found = await Promise.all(made.map((one) => fetchNow(one.path).catch(() => ({}))));
    made.forEach((one, at) => (found[at] ? show(one, found[at]) : window.made.forget(one.path)));
    tell();
  }

  list();
})();
