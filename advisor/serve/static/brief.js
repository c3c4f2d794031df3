// Makes a brief of the assessment on this page, and opens it.
(() => {
  const { root } = document.querySelector("[data-root]").dataset;
  const button = document.querySelector("[data-brief]");
  const told = document.querySelector("[data-brief-told]");

  button?.addEventListener("click", async () => {
    button.disabled = true;
    told.textContent = "Putting it together …";
    try {
      const response = await fetch(`${root}v1/briefs`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ assessment_id: button.dataset.brief }),
      });
      const body = await response.json();
      if (!response.ok) throw new Error(body.error.message);
      location.assign(`${root}briefs/${body.id}`);
    } catch (error) {
      told.textContent = error.message;
      told.className = "warn";
    } finally {
      button.disabled = false;
    }
  });
})();
