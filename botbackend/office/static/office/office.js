// The frame of every room: the panel, what is said after saving, and what is said when nothing answers.
(() => {
  const panel = document.getElementById("panel");
  const toasts = document.getElementById("toasts");
  const SHOWN_MS = 6000;

  function say(text, warning) {
    const toast = document.createElement("p");
    toast.className = warning ? "toast warning" : "toast";
    toast.textContent = text;
    toasts.append(toast);
    setTimeout(() => toast.remove(), SHOWN_MS);
  }

  // A part that was asked for into the panel opens it; the browser keeps the focus inside and Esc closes.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "panel-body") return;
    if (!panel.open) panel.showModal();
    const first = panel.querySelector("[autofocus]");
    if (first) first.focus();
  });
  panel.addEventListener("click", (event) => {
    if (event.target === panel || event.target.closest("[data-close]")) panel.close();
  });
  panel.addEventListener("close", () => {
    document.getElementById("panel-body").replaceChildren();
    document.body.dispatchEvent(new CustomEvent("office:closed"));
  });
  document.body.addEventListener("office:close", () => { if (panel.open) panel.close(); });
  document.body.addEventListener("office:said", (event) => say(event.detail.text, event.detail.warning));

  // What the page asks by itself, again and again, fails in silence and is not asked while nobody looks.
  const data = document.body.dataset;
  const byItself = (event) => event.detail.elt.matches("[data-poll], [data-quiet]");
  const sayOf = (text) => (event) => { if (!byItself(event)) say(text, true); };
  document.body.addEventListener("htmx:sendError", sayOf(data.offline));
  document.body.addEventListener("htmx:timeout", sayOf(data.offline));
  document.body.addEventListener("htmx:responseError", sayOf(data.failed));
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const asking = event.detail.elt;
    if (!asking.matches("[data-poll]")) return;
    if (document.hidden || !asking.parentElement.checkVisibility()) event.preventDefault();
  });
  window.office = { say };

  // What cannot be taken back in silence asks first.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // Of tabs that do not fit the one in use is in view.
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.clientWidth) / 2;
  }

  // A menu that lies open closes when somebody goes elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
})();
