// What the chat page does in the browser alone: markers lead to their cards, tabs, ticks that are saved.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  let tab = "sources";

  function showTab(name, focus = false) {
    tab = name;
    for (const button of all("[data-tab]")) {
      const on = button.dataset.tab === name;
      button.setAttribute("aria-selected", String(on));
      button.tabIndex = on ? 0 : -1;
      if (on && focus) button.focus();
    }
    for (const pane of all("[data-pane]")) pane.hidden = pane.dataset.pane !== name;
  }

  let marker = null; // the one that led to the card shown
  function showSource(id) {
    const card = document.getElementById(id);
    if (!card) return;
    showTab("sources");
    const folded = card.closest("details");
    if (folded) folded.open = true;
    all(".cx-lit").forEach((lit) => lit.classList.remove("cx-lit"));
    card.classList.add("cx-lit");
    scrollTo(card);
    card.focus({ preventScroll: true });
  }

  function back() {
    if (!marker?.isConnected) return;
    scrollTo(marker);
    marker.focus({ preventScroll: true });
  }

  function showTicks() {
    for (const box of all("[data-tick]")) box.closest(".cx-item").classList.toggle("cx-ticked", box.checked);
    const boxes = all("[data-tick]");
    const text = `${boxes.filter((box) => box.checked).length} of ${boxes.length} done`;
    const done = one("[data-done]");
    if (done && done.textContent !== text && !done.dataset.wrong) done.textContent = text;
  }

  async function tick(box) {
    const { checklist, updated } = box.closest("[data-checklist]").dataset;
    const done = one("[data-done]");
    delete done.dataset.wrong;
    try {
      const status = box.checked ? "done" : "open";
      await window.saveChecklist("", checklist, updated, { items: [{ id: box.dataset.tick, status }] });
    } catch (error) {
      box.checked = !box.checked;
      done.dataset.wrong = "1";
      done.textContent = error.message;
    }
    showTicks();
  }

  // A new question goes to the top of the view, so that its answer is read from its beginning.
  let asked = 0;
  function follow() {
    const questions = all("#cx-chat .user-row");
    if (questions.length > asked) scrollTo(questions.at(-1));
    asked = questions.length;
  }

  function scrollTo(element) {
    const frame = matchMedia("(min-width: 900px)").matches ? element.closest("#cx-chat, #cx-panel") : null;
    const margin = parseFloat(getComputedStyle(element).scrollMarginTop) || 0;
    const top = element.getBoundingClientRect().top - (frame ? frame.getBoundingClientRect().top : 0) - margin;
    (frame ?? window).scrollBy({ top, behavior: "smooth" });
  }

  function label() {
    for (const link of all('#cx-chat a[href*="#source-"]:not([aria-label])')) {
      link.setAttribute("aria-label", `Source ${link.textContent}`);
      link.classList.add("cx-marker");
      link.removeAttribute("target");
    }
    const send = one("#cx-question .submit-button:not([aria-label])");
    if (send) send.setAttribute("aria-label", "Send the question");
  }

  let planned = false;
  new MutationObserver(() => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => { planned = false; label(); follow(); showTab(tab); showTicks(); window.made.keepShown(); window.made.keepProfile(); });
  }).observe(document.documentElement, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#cx-delete") && !confirm("Delete this conversation, its checklists and votes for good?")) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const target = event.target.closest?.('a[href*="#source-"], [data-tab], [data-back]');
    if (!target) return;
    if (target.dataset.tab) showTab(target.dataset.tab);
    else {
      event.preventDefault();
      event.stopPropagation();
      if ("back" in target.dataset) back();
      else { marker = target; showSource(target.hash.slice(1)); }
    }
  }, true);

  document.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-tick]")) return;
    showTicks();
    tick(event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key) || !event.target.matches?.("[data-tab]")) return;
    showTab(event.target.dataset.tab === "sources" ? "checklist" : "sources", true);
  });

  // Gradio ends its event stream by aborting it, which browsers count as a failed request. The server ends it as well,
  // a moment later: read on until then.
  const fetchAny = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    if (!String(input?.url ?? input).includes("/queue/data")) return fetchAny(input, init);
    const response = await fetchAny(input, { ...init, signal: null });
    return response.body ? new Response(toItsEnd(response.body.getReader()), response) : response;
  };

  function toItsEnd(reader) {
    let wanted = true;
    return new ReadableStream({
      async start(stream) {
        try {
          for (let part = await reader.read(); !part.done; part = await reader.read()) if (wanted) stream.enqueue(part.value);
          if (wanted) stream.close();
        } catch (error) {
          if (wanted) stream.error(error);
        }
      },
      cancel() { wanted = false; },
    });
  }

  // Copied answers carry plain markers.
  const clipboard = navigator.clipboard;
  if (clipboard?.writeText) {
    const write = clipboard.writeText.bind(clipboard);
    clipboard.writeText = (text) => write(text.replace(/\[(\d+)\]\(#source-[^)]*\)/g, "[$1]"));
  }
})();
