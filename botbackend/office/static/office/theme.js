// Light or dark as the person chose, before anything is painted; without a choice the system's.
(() => {
  const key = "office-theme";
  const root = document.documentElement;
  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const show = (theme) => { if (theme) root.dataset.theme = theme; };
  show(stored());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const next = dark ? "light" : "dark";
    try { localStorage.setItem(key, next); } catch { /* a private window forgets it */ }
    show(next);
  });
})();
