// The frame of every room: the panel, what is said after saving, and what is said when something goes wrong.
(() => {
  const panel = document.getElementById("panel");
  const inside = document.getElementById("panel-body");
  const toasts = document.getElementById("toasts");
  const data = document.body.dataset;
  const SHOWN_MS = 6000;
  const LINK_SHOWN_MS = 15_000;
  const KEPT = "office:typed";
  const TEXTS = "textarea, input:not([type]), input:is([type=text], [type=tel], [type=email], [type=number], [type=url], [type=search])";

  function line(kind, text, link) {
    const said = document.createElement("p");
    said.className = kind;
    said.append(text);
    if (link) {
      const there = document.createElement("a");
      there.href = link.href;
      there.textContent = link.text;
      there.dir = "auto";
      if (link.returns) there.addEventListener("click", keepTyped);
      said.append(" ", there);
    }
    return said;
  }

  function say(text, warning, link) {
    const toast = line(warning ? "toast warning" : "toast", text, link);
    toasts.append(toast);
    setTimeout(() => toast.remove(), link ? LINK_SHOWN_MS : SHOWN_MS);
  }

  // What went wrong stands where somebody looks: at the top of the panel, if one is open.
  function complain(text, link, byHand) {
    document.querySelectorAll(".trouble").forEach((old) => old.remove());
    if (!panel.open) {
      if (!link) return say(text, true);
      return toasts.append(line("toast warning trouble", text, link)); // stays until the page is left
    }
    const trouble = line("notice error trouble", text, link);
    trouble.setAttribute("role", "alert");
    trouble.tabIndex = -1;
    (panel.querySelector(".panel-content") || inside).prepend(trouble);
    if (byHand) trouble.focus({ preventScroll: true });
    panel.scrollTop = 0;
  }

  // The panel has a place in the history of the tab: the Back of a phone closes it and the page stays.
  let address = ""; // what is open in it
  let isRefused = false;
  let isLeft = false;
  const open = (path) => htmx.ajax("GET", path, { target: "#panel-body", swap: "innerHTML" }).catch(() => {}); // said by the listeners below
  const texts = () => [...panel.querySelectorAll(TEXTS)];
  const isTyped = () => texts().some((one) => one.value.trim() && (isRefused || one.value !== one.defaultValue));
  const mayLeave = () => !panel.open || !isTyped() || confirm(data.leave);
  // A page that is loaded again, or left, with something typed in its panel asks as well.
  let isSent = false;
  window.addEventListener("beforeunload", (event) => { if (panel.open && !isSent && isTyped()) event.preventDefault(); });
  document.addEventListener("submit", (event) => { if (!event.defaultPrevented) isSent = true; });

  // `before` are the panels that this one was opened over: Back leads from the form of a visit to the visit.
  let isReturning = false; // to what is shown already
  function remember() {
    const { panel: known, before = [] } = history.state || {};
    if (!known) history.pushState({ panel: address, before: [] }, "");
    else if (known === address) history.replaceState({ panel: address, before }, "");
    else if (before.at(-1) === address) { isReturning = true; history.back(); }
    else history.pushState({ panel: address, before: [...before, known] }, "");
  }
  window.addEventListener("popstate", () => {
    if (isReturning) { isReturning = false; return; }
    const path = history.state && history.state.panel;
    if (path ? path === address && panel.open : !panel.open) return;
    if (!mayLeave()) return history.forward();
    if (path) open(path);
    else { isLeft = true; panel.close(); }
  });
  // What opens is seen from its beginning, and the keyboard stands where one types - on a phone only where that is
  // all that can be done, for its own keyboard hides the rest - or at the heading: a space must not close it.
  function begin() {
    panel.scrollTop = 0;
    const hasKeys = matchMedia("(hover: hover)").matches;
    const title = panel.querySelector("#panel-title");
    title.tabIndex = -1;
    (panel.querySelector("[autofocus]") || (hasKeys && panel.querySelector("[data-types-here]")) || title).focus({ preventScroll: true });
  }
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const isPanel = detail.target === inside;
    const wasRefused = detail.xhr.status === 409 || detail.xhr.status === 422;
    if (isPanel) {
      isRefused = wasRefused;
      const isOther = !panel.open || detail.requestConfig.verb === "get";
      if (detail.requestConfig.verb === "get") address = detail.pathInfo.finalRequestPath || detail.pathInfo.requestPath;
      if (!panel.open) { panel.append(toasts); panel.showModal(); }
      remember();
      if (isOther && !wasRefused) begin();
      restoreTyped(inside);
    }
    if (wasRefused) showMistake(isPanel ? inside : detail.target);
  });
  // Nothing becomes elements of the page but what a view has made for that: not what clients wrote, as JSON or a
  // picture holds it. A whole page is only good for the piece that somebody selects.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.shouldSwap || detail.swapOverride === "none") return;
    const isHtml = (detail.xhr.getResponseHeader("Content-Type") || "").startsWith("text/html");
    const kind = isHtml && detail.xhr.getResponseHeader("X-Office-Part");
    const isSelected = detail.requestConfig.elt.matches("[hx-select]");
    if (kind === "panel" || (kind === "part" && detail.target !== inside) || (kind === "page" && isSelected)) return;
    detail.shouldSwap = false;
    detail.isError = true;
  });
  // A page that another one takes the place of is found again without its panel.
  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    if (!detail.xhr.getResponseHeader("HX-Redirect")) return;
    isSent = true;
    if (history.state) history.replaceState(null, "");
  });
  panel.addEventListener("click", (event) => {
    if ((event.target === panel || event.target.closest("[data-close]")) && mayLeave()) panel.close();
  });
  panel.addEventListener("cancel", (event) => { if (!mayLeave()) event.preventDefault(); });
  panel.addEventListener("close", () => {
    document.body.append(toasts);
    inside.replaceChildren();
    if (!isLeft && history.state && history.state.panel) history.go(-1 - (history.state.before || []).length);
    isLeft = isRefused = false;
    document.body.dispatchEvent(new CustomEvent("office:closed"));
  });
  document.body.addEventListener("office:close", () => { if (panel.open) panel.close(); });
  document.body.addEventListener("office:said", ({ detail }) => say(detail.text, detail.warning, detail.link));

  // Of a form that came back the first mistake is in view, and its field has the focus.
  function showMistake(root) {
    const signs = "[aria-invalid=true], .errorlist, .errors li";
    const mistake = root.querySelector(root === inside ? `${signs}, .notice.error, [role=alert]` : signs);
    if (!mistake) return;
    const around = mistake.closest("details");
    if (around) around.open = true;
    const isField = mistake.matches("input, select, textarea");
    const field = isField ? mistake : mistake.closest(".field, fieldset")?.querySelector("input:not([type=hidden]), select, textarea");
    if (!field) mistake.tabIndex = -1;
    (field || mistake).focus({ preventScroll: true });
    mistake.scrollIntoView({ block: "center" });
  }

  // Where this page is found again, its open panel included.
  function here() {
    const url = new URL(location.href);
    if (panel.open) url.searchParams.set("panel", address);
    return url.pathname + url.search;
  }

  // Who has to sign in again finds what was typed: it stays in this tab, and only until the page is back.
  const nameOf = (form) => form.getAttribute("hx-post") || form.getAttribute("action") || form.id;
  const fieldsOf = (form) => [...form.elements].filter((one) => one.name && !["hidden", "password", "file", "submit"].includes(one.type));
  function keepTyped() {
    isSent = true;
    const forms = [...document.querySelectorAll("main form, #panel form")].map((form) => [
      nameOf(form), fieldsOf(form).map((one) => [one.name, one.value, Boolean(one.checked)]),
    ]);
    sessionStorage.setItem(KEPT, JSON.stringify({ at: here(), forms }));
  }
  let kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  sessionStorage.removeItem(KEPT);
  if (kept && kept.at !== location.pathname + location.search) kept = null;
  function restoreTyped(root) {
    for (const [name, fields] of kept ? kept.forms : []) {
      const form = [...root.querySelectorAll("form")].find((one) => nameOf(one) === name);
      if (!form) continue;
      for (const [index, field] of fieldsOf(form).entries()) {
        const [called, value, checked] = fields[index] || [];
        if (called !== field.name) break;
        const isTick = ["checkbox", "radio"].includes(field.type);
        if (isTick ? field.checked === checked || field.value !== value : field.value === value) continue;
        if (isTick) field.checked = checked; else field.value = value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
    if (root === inside) kept = null;
  }

  // What the page asks by itself, again and again, fails in silence and is not asked while nobody looks.
  const isByItself = (event) => event.detail.elt.matches("[data-poll], [data-quiet]");
  const wasSent = (event) => event.detail.requestConfig?.verb !== "get";
  const signIn = () => ({ href: here(), text: data.signIn, returns: true });
  // Without a line nothing has left; otherwise the answer may be what was lost. What carries a key is done once.
  const lost = (event) => {
    if (!wasSent(event) || navigator.onLine === false) return data.offline;
    const sent = event.detail.requestConfig.formData;
    return sent && (sent.has("key") || sent.has("form_key")) ? data.repeat : data.unsure;
  };
  const noAnswer = (event) => { if (!isByItself(event)) complain(lost(event), null, wasSent(event)); };
  document.body.addEventListener("htmx:sendError", noAnswer);
  document.body.addEventListener("htmx:timeout", noAnswer);
  document.body.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401) complain(data.signedOut, signIn(), wasSent(event) && !isByItself(event));
    else if (isByItself(event)) return;
    else if (status === 403) complain(data.forbidden, { href: here(), text: data.again, returns: true }, wasSent(event));
    else complain(data.failed, null, wasSent(event));
  });
  // It is no sign of a person either: a session ends although the page stays open.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.matches("[data-poll]")) event.detail.headers["X-By-Itself"] = "1";
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const asking = event.detail.elt;
    if (!asking.matches("[data-poll]")) {
      if (panel.contains(asking)) panel.querySelectorAll(".trouble").forEach((old) => old.remove());
    } else if (document.hidden || !asking.parentElement.checkVisibility()) event.preventDefault();
  });
  window.office = { say, open, signIn };

  // A page that was asked for with a panel, or was left with one, has it open.
  document.addEventListener("DOMContentLoaded", () => {
    restoreTyped(document.querySelector("main"));
    const url = new URL(location.href);
    if (!url.searchParams.has("panel")) {
      if (history.state?.panel) open(history.state.panel);
      else if (matchMedia("(hover: hover)").matches) document.querySelector("main [data-types-here]")?.focus({ preventScroll: true });
      return;
    }
    url.searchParams.delete("panel");
    history.replaceState(null, "", url);
    if (data.panel) open(data.panel); // the server has looked whether it is one
  });

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
