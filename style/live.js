// Keeps a page current: replaces the blocks the server sends, ticks the server's clock, says when the stream is down.
(() => {
  const main = document.getElementById("main");
  if (!main || main.dataset.topic === undefined) return;
  const zh = document.documentElement.lang.startsWith("zh");
  const GIVE_UP_MS = 5000, SILENT_MS = 30000;
  let offset = 0, heardAt = Date.now(), downSince = null, away = false, source = null;

  const status = () => document.querySelector("[data-now]");
  const setClock = (now) => { offset = Number(now) - Date.now(); };
  if (status()) setClock(status().dataset.now);
  const now = () => Date.now() + offset;
  const clock = (ms) => new Date(ms).toISOString().slice(11, 19);
  const age = (s) => s < 120 ? (zh ? `${s} 秒` : `${s} s`)
    : s < 7200 ? (zh ? `${Math.floor(s / 60)} 分 ${s % 60} 秒` : `${Math.floor(s / 60)} min ${s % 60} s`)
    : s < 172800 ? (zh ? `${Math.floor(s / 3600)} 小时 ${Math.floor(s % 3600 / 60)} 分` : `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`)
    : (zh ? `${Math.floor(s / 86400).toLocaleString("en")} 天` : `${Math.floor(s / 86400).toLocaleString("en")} d`);

  // Replaces one block; focus, scroll positions, opened details and chosen boxes inside it survive.
  function replace({ id, html }) {
    const old = document.querySelector(`[data-live="${CSS.escape(id)}"]`);
    if (!old) return;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    if (!fresh || old.isEqualNode(fresh)) return;
    const nodes = (root, query) => [...root.querySelectorAll(query)];
    const opened = nodes(old, "details").map((d) => d.open);
    const chosen = new Set(nodes(old, "input[data-key]").filter((box) => box.checked).map((box) => box.dataset.key));
    const scrolled = nodes(old, ".table-box").map((b) => [b.scrollLeft, b.scrollTop]);
    const focusable = "a,button,summary,input,select,[tabindex]";
    const same = (el) => el.tagName + (el.dataset.key ?? el.getAttribute("href") ?? el.textContent);
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const before = held ? nodes(old, focusable) : [], position = before.indexOf(held);
    nodes(fresh, "details").forEach((d, i) => { if (opened[i] !== undefined) d.open = opened[i]; });
    nodes(fresh, "input[data-key]").forEach((box) => { box.checked = chosen.has(box.dataset.key); });
    old.replaceWith(fresh);
    say(old, fresh);
    document.dispatchEvent(new Event("replaced"));
    nodes(fresh, ".table-box").forEach((b, i) => { if (scrolled[i]) [b.scrollLeft, b.scrollTop] = scrolled[i]; });
    if (position < 0) return;
    // Rows change places: the focus stays with what it was on, else with the place.
    const twin = before.filter((el) => same(el) === same(held)).indexOf(held), after = nodes(fresh, focusable);
    (after.filter((el) => same(el) === same(held))[twin] ?? after[position])?.focus({ preventScroll: true });
  }

  // What is new is put into a line that stays, because a screen reader does not hear of a line that is replaced.
  function say(old, fresh) {
    const line = document.getElementById("alarm-said");
    if (line && fresh.dataset.say && fresh.dataset.say !== old.dataset.say) line.textContent = fresh.dataset.say;
  }

  // A click ends where its press began: blocks wait while the pointer is down, or the click would be lost.
  let pressedAt = 0;
  const waiting = new Map();
  function release() { pressedAt = 0; waiting.forEach(replace); waiting.clear(); page(); }
  addEventListener("pointerdown", () => { pressedAt = Date.now(); }, true);
  ["pointerup", "pointercancel", "blur"].forEach((end) => addEventListener(end, () => setTimeout(release), true));

  function showDown() {
    const since = clock(downSince);
    const text = zh ? `数据流中断，自 ${since} 起，正在重试` : `Stream down since ${since}, retrying`;
    document.documentElement.dataset.stream = "down";
    document.querySelectorAll("[data-stream-text]").forEach((el) => { el.textContent = text; });
    const line = document.querySelector(".frame-status .stream");
    if (line && line.textContent !== `✕ ${text}`) { line.className = "stream stream-down"; line.textContent = `✕ ${text}`; }
  }
  function heard() {
    heardAt = Date.now();
    if (away) return;
    downSince = null;
    delete document.documentElement.dataset.stream;
  }
  // A server of another version has other styles and scripts: begin anew.
  function checkVersion(version) {
    if (version && main.dataset.version && version !== main.dataset.version) location.reload();
  }
  function connect() {
    source = new EventSource(`/events?path=${encodeURIComponent(main.dataset.topic)}&lang=${zh ? "zh" : "en"}`);
    // {"version": "...", "now": local ms of the server}: at the start and every few seconds
    source.addEventListener("clock", (e) => { const m = JSON.parse(e.data); heard(); setClock(m.now); checkVersion(m.version); });
    // {"database": "up" | "down"}: while it is away the numbers stand still although the server answers; said again on each connect
    source.addEventListener("open", () => { away = false; });
    source.addEventListener("state", (e) => { away = JSON.parse(e.data).database === "down"; if (away) downSince ??= now(); heard(); });
    // More pages are watched than the server keeps current: this one loads itself now and then.
    source.addEventListener("refresh", () => location.reload());
    // [{"id": "...", "html": "..."}, ...]: the blocks that changed; all of them after a (re)connect
    source.addEventListener("fragments", (e) => { heard(); JSON.parse(e.data).forEach((f) => waiting.set(f.id, f)); if (!pressedAt) release(); });
  }
  // Signed out, or no longer allowed: the page itself says so. Anything else passes.
  async function again() {
    const page = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
    if (page && (page.type === "opaqueredirect" || [401, 403, 404, 410].includes(page.status))) location.reload();
    else connect();
  }
  function tick() {
    document.querySelectorAll("[data-clock]").forEach((el) => { el.textContent = clock(now()); });
    document.querySelectorAll("[data-date]").forEach((el) => { el.textContent = new Date(now()).toISOString().slice(0, 10); });
    document.querySelectorAll("[data-age-of]").forEach((el) => {
      if (el.dataset.ageOf) el.textContent = age(Math.max(0, Math.floor((now() - Number(el.dataset.ageOf)) / 1000)));
    });
    if (pressedAt && Date.now() - pressedAt > GIVE_UP_MS) release();
    const quiet = Date.now() - heardAt;
    if (downSince === null && (quiet > SILENT_MS || (source.readyState !== 1 && quiet > GIVE_UP_MS))) downSince = heardAt + offset;
    if (downSince !== null) showDown();
    // The browser gives up after an error answer; a half-open connection says nothing at all.
    if (source.readyState === 2 || quiet > 2 * SILENT_MS) {
      if (Date.now() - lastTry > GIVE_UP_MS) { lastTry = Date.now(); source.close(); again(); }
    }
    if (paging) page();
  }
  // Lists of the wall turn pages every 15 s.
  const paging = document.querySelector(".page-wall") !== null;
  function page() {
    if (!paging) return;
    const turn = Math.floor(now() / 15000);
    document.querySelectorAll("[data-pages]").forEach((el) => { el.dataset.page = String(turn % Number(el.dataset.pages) + 1); });
    if (main.querySelector("[data-shift]")) main.style.translate = `${Math.floor(now() / 600000) % 3}px 0`;
  }
  let lastTry = Date.now();
  if (main.dataset.retry) setTimeout(() => location.reload(), 3 * GIVE_UP_MS);
  else { connect(); setInterval(tick, 1000); tick(); }
})();
