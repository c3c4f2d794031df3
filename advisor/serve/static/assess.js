// The self-check's form: counts what is answered, keeps it while the page is open, and sends it.
(() => {
  const page = document.querySelector("[data-root]");
  const form = document.querySelector("[data-form]");
  const told = document.querySelector("[data-told]");
  const asked = form.querySelectorAll("fieldset").length;
  const { root, assessment } = page.dataset;

  const answers = () => Object.fromEntries(
    [...form.querySelectorAll("input[type=radio]:checked")].map((input) => [input.name, Number(input.value)]),
  );

  form.addEventListener("change", () => {
    told.textContent = `${Object.keys(answers()).length} of ${asked} answered`;
    told.className = "";
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.textContent = "Working it out …";
    const respondent = { name: form.respondent.value.trim(), answers: answers() };
    try {
      const response = await fetch(`${root}v1/assessment`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ respondent, assessment_id: assessment ?? null, profile: window.made.profile() }),
      });
      const body = await response.json();
      if (!response.ok) throw new Error(body.error.message);
      if (assessment) location.reload();
      else location.assign(`${root}assess/${body.id}`);
    } catch (error) {
      told.textContent = `Not sent: ${error.message} Your answers are still here.`;
      told.className = "warn";
    }
  });
})();
