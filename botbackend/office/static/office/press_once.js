// A form whose answer is shown only once is sent once: a second press would leave before the answer is there.
(() => {
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-press-once]")) return;
    if (sent.has(event.target)) return event.preventDefault();
    sent.add(event.target);
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", ({ persisted }) => persisted && window.location.reload()); // come back to: a form anew
})();
