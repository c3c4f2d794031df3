// The checklist's page: each change is saved at once; what cannot be saved stays in its field and is told.
(() => {
  const page = document.querySelector("[data-checklist]");
  const { checklist: id, updated, root } = page.dataset;
  const told = document.querySelector("[data-saved]");
  const items = () => [...document.querySelectorAll("[data-item]")];

  function count() {
    const left = items().filter((item) => item.querySelector("select").value !== "dropped");
    const done = left.filter((item) => item.querySelector("select").value === "done").length;
    const bar = document.querySelector("progress");
    if (!bar) return;
    bar.max = left.length || 1;
    bar.value = done;
    document.querySelector("[data-done]").textContent = `${done} of ${left.length} done`;
    for (const item of items()) item.dataset.status = item.querySelector("select").value;
  }

  async function save(change) {
    tell("Saving …");
    try {
      await window.saveChecklist(root, id, updated, change);
      tell("Saved");
      return true;
    } catch (error) {
      tell(error.conflict ? error.message : `Not saved: ${error.message} Your words are still in the field.`, true);
      return false;
    }
  }

  function tell(text, wrong = false) {
    told.textContent = text;
    told.classList.toggle("warn", wrong);
  }

  page.addEventListener("change", (event) => {
    const { field } = event.target.dataset;
    if (!field) return;
    count();
    save({ items: [{ id: event.target.closest("[data-item]").dataset.item, [field]: event.target.value }] });
  });

  page.addEventListener("click", async (event) => {
    const step = Number(event.target.dataset?.move);
    if (!step) return;
    const item = event.target.closest("[data-item]");
    const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    const [first, second] = step < 0 ? [other, item] : [item, other];
    first.before(second);
    event.target.focus();
    const saved = await save({ order: items().map((one) => one.dataset.item) });
    if (!saved) second.before(first);
  });

  for (const note of page.querySelectorAll("textarea")) {
    const fit = () => { note.style.height = "auto"; note.style.height = `${note.scrollHeight + 2}px`; };
    note.addEventListener("input", fit);
    fit();
  }
  count();
})();
