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

  const data = document.body.dataset;
  document.body.addEventListener("htmx:sendError", () => say(data.offline, true));
  document.body.addEventListener("htmx:timeout", () => say(data.offline, true));
  document.body.addEventListener("htmx:responseError", () => say(data.failed, true));
  window.office = { say };

  // A menu that lies open closes when somebody goes elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
})();
