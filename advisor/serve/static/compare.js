// The comparison's form: sends what was typed, and opens what comes back.
(() => {
  const { root } = document.querySelector("[data-root]").dataset;
  const form = document.querySelector("[data-form]");
  const told = document.querySelector("[data-told]");
  const button = form.querySelector("button");
  const parts = (text, between) => text.split(between).map((part) => part.trim()).filter(Boolean);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "Looking through the library …";
    told.className = "";
    button.disabled = true;
    const subjects = parts(form.subjects.value.replace(/^\s*compare\s+/i, ""), /[,;\n]|\s+(?:and|versus|vs\.?)\s+/i);
    const dimensions = parts(form.dimensions.value, /[,;\n]/);
    try {
      const response = await fetch(`${root}v1/comparisons`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ subjects, dimensions, profile: window.made.profile() }),
      });
      const body = await response.json();
      if (!response.ok) throw new Error(body.error.message);
      location.assign(`${root}compare/${body.id}`);
    } catch (error) {
      told.textContent = error.message;
      told.className = "warn";
    } finally {
      button.disabled = false;
    }
  });
})();
