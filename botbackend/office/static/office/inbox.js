// The inbox: a draft that outlives the page, and who knows what when a reply is sent.
(() => {
  const pane = document.querySelector("[data-talk]");
  const store = pane && `office-draft-${pane.dataset.talk}`;
  const box = () => document.getElementById("reply");
  const kept = () => { try { return sessionStorage.getItem(store) || ""; } catch { return ""; } };
  const keep = (text) => {
    try { text ? sessionStorage.setItem(store, text) : sessionStorage.removeItem(store); } catch { /* private */ }
  };

  // While nothing is typed the person sees what comes; from the first letter on the server tells what was missed.
  function note() {
    const pulse = document.getElementById("pulse");
    const reply = box();
    if (!pulse || !reply || reply.value) return;
    reply.form.elements.seen.value = Math.max(Number(reply.form.elements.seen.value), Number(pulse.dataset.newest));
  }

  if (pane) {
    const reply = box();
    if (reply && !reply.value) reply.value = kept();
    const fit = (area) => { area.rows = Math.min(8, Math.max(2, area.value.split("\n").length)); };
    fit(reply);
    pane.addEventListener("input", (event) => {
      if (event.target.id !== "reply") return;
      keep(event.target.value);
      fit(event.target);
      document.body.dispatchEvent(new CustomEvent("office:writing"));
    });
    pane.addEventListener("keydown", (event) => {
      const isSend = event.key === "Enter" && (event.ctrlKey || event.metaKey);
      if (isSend && event.target.id === "reply" && event.target.value.trim()) event.target.form.requestSubmit();
    });
    document.body.addEventListener("htmx:afterSettle", (event) => {
      const form = document.getElementById("composer");
      if (event.detail.target.id === "composer" && form && "sent" in form.dataset) {
        keep("");
        delete form.dataset.sent;
        pane.querySelector(".scroller").scrollTop = 0;
      }
      const area = box();
      if (area && event.detail.target.id === "composer") fit(area);
      note();
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.body.dispatchEvent(new CustomEvent("talks-changed"));
  });
})();
