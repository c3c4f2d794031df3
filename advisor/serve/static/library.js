// Filters the library while a person types; the server does the looking, so that it works with any number of documents.
(() => {
  const form = document.querySelector("[data-filter]");
  let wanted = 0;

  async function filter() {
    const asked = ++wanted;
    const address = `?${new URLSearchParams({ q: form.q.value })}`;
    const response = await fetch(address);
    if (!response.ok || asked !== wanted) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.querySelector("[data-found]").replaceChildren(...page.querySelector("[data-found]").childNodes);
    history.replaceState(null, "", address);
  }

  let pause;
  form.addEventListener("input", () => { clearTimeout(pause); pause = setTimeout(filter, 150); });
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  if (form.q.value !== (new URLSearchParams(location.search).get("q") ?? "")) filter(); // typed before this was loaded
})();
