// Dark or light: what the person chose, else what the system says. Loaded before anything is painted.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const roots = () => [document.documentElement, document.body].filter(Boolean);
  const chosen = () => { try { return localStorage.getItem("cx-theme"); } catch { return null; } };
  const isDark = () => (chosen() ? chosen() === "dark" : dark.matches);
  const apply = () => roots().forEach((root) => root.classList.toggle("dark", isDark()));
  apply();
  document.addEventListener("DOMContentLoaded", apply);
  dark.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-toggle]")) return;
    try { localStorage.setItem("cx-theme", isDark() ? "light" : "dark"); } catch { /* not kept, then */ }
    apply();
  });
  window.cxTheme = apply;
})();
