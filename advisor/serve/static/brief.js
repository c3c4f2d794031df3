// Makes a brief for the board of a conversation or an assessment, and opens it.
(() => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-brief]");
    if (!button) return;
    const { brief, briefOf, briefRoot } = button.dataset;
    const told = button.parentElement.querySelector("[data-brief-told]");
    button.disabled = true;
    told.textContent = "Putting it together …";
    try {
      const response = await fetch(`${briefRoot}v1/briefs`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ [briefOf]: brief }),
      });
      const body = await response.json();
      if (!response.ok) throw new Error(body.error.message);
      location.assign(`${briefRoot}briefs/${body.id}`);
    } catch (error) {
      told.textContent = error.message;
      told.className = "warn";
    } finally {
      button.disabled = false;
    }
  });
})();
