/* Daybook UI behaviour. Plain ES2022, no dependencies, no eval, no inline handlers.
   Everything here is an enhancement: each page works as plain links and forms without it. */
(() => {
  'use strict';
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const root = document.documentElement;
  const on = (type, sel, fn) => document.addEventListener(type, e => { const t = e.target.closest?.(sel); if (t) fn(e, t); });
  /* what is said without the server is in its words: data- attributes of #say */
  const words = $('#say')?.dataset ?? {};
  const say = msg => { const l = $('#say'); if (l) { l.textContent = ''; requestAnimationFrame(() => { l.textContent = msg; }); } };

  /* theme: the server reads the cookie and writes data-theme, so there is no flash */
  on('click', '[data-theme-toggle]', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    try { document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`; } catch {}
    say(root.dataset.theme === 'dark' ? words.themeDark : words.themeLight);
  });

  /* dialogs: <button data-dialog="id">; #id in the address opens it too */
  const open = id => { const d = document.getElementById(id); if (d?.tagName === 'DIALOG' && !d.open) { d.showModal(); requestAnimationFrame(() => $('[autofocus]', d)?.focus()); } };
  on('click', '[data-dialog]', (e, t) => { e.preventDefault(); t.closest('dialog')?.close(); open(t.dataset.dialog); });
  on('click', '[data-close]', (e, t) => { e.preventDefault(); t.closest('dialog')?.close(); });
  document.addEventListener('click', e => { if (e.target.tagName === 'DIALOG' && !e.target.hasAttribute('data-sticky')) { const r = e.target.getBoundingClientRect(); if (e.clientX < r.left || e.clientX > r.right || e.clientY < r.top || e.clientY > r.bottom) e.target.close(); } });
  document.addEventListener('keydown', e => { if (e.key === 'Escape' && $('dialog[open][data-sticky]')) e.preventDefault(); }, true);   /* with closedby=none */
  /* a form that was fetched into #dialog opens over the page; destructive ones wait for the name */
  const asked = () => { const d = $('#dialog dialog[data-modal]'); if (!d || d.open) return; $$('[data-confirm]', d).forEach(t => { $('[type=submit]', t.form).disabled = true; }); d.showModal(); $('[aria-invalid],[autofocus]', d)?.focus(); };
  document.addEventListener('htmx:after:swap', asked);
  /* a server that cannot be reached: said where its answer would have come. What was typed stays, and is sent again by whoever typed it */
  document.addEventListener('htmx:error', e => {
    const { sourceElement: source, target, response } = e.detail.ctx ?? {}, said = $('#unreached')?.content.firstElementChild.cloneNode(true);
    if (!source || !target || response || !said || target.matches('[data-feed]')) return;
    const again = $('button', said), within = $('.dlg-failed', source);
    if (within) { again.remove(); within.replaceChildren(said); return; }
    const trigger = source.matches('.ev-btn') ? 'unfold' : source.tagName === 'FORM' ? 'submit' : 'click';
    again.addEventListener('click', () => { said.closest('dialog')?.close(); target.replaceChildren(); window.htmx.trigger(source, trigger); });
    if (target.id !== 'dialog') { target.replaceChildren(said); return; }
    const d = document.createElement('dialog'); d.className = 'dlg'; d.dataset.modal = ''; d.setAttribute('aria-label', $('span', said).textContent); d.append(said); target.replaceChildren(d); asked();
  });
  const fromHash = () => {
    const id = decodeURIComponent(location.hash.slice(1)); if (!id) return;
    open(id);
    const row = $(`.ev-btn[aria-controls="${CSS.escape(id)}"]`); if (row) { if (row.getAttribute('aria-expanded') !== 'true') row.click(); row.scrollIntoView({ block: 'center' }); row.focus({ preventScroll: true }); }
  };

  /* destructive actions: the button stays off until the exact name is typed (the server checks it again) */
  on('input', '[data-confirm]', (e, t) => { const b = $('[type=submit]', t.form); if (b) b.disabled = t.value.trim() !== t.dataset.confirm; });
  on('change', '[data-unlocks]', (e, t) => { const b = document.getElementById(t.dataset.unlocks); if (b) b.disabled = !t.checked; });

  $$('.heat').forEach(h => { h.scrollLeft = h.scrollWidth; });   /* newest weeks first in view */

  /* copy */
  on('click', '[data-copy],[data-copy-from]', async (e, t) => {
    const text = t.dataset.copy ?? $$(t.dataset.copyFrom).map(n => n.textContent.trim()).join('\n');
    try { await navigator.clipboard.writeText(text); } catch { return say(words.notCopied); }
    t.classList.add('done'); say(words.copied); setTimeout(() => t.classList.remove('done'), 1600);
    const w = $('[data-copy-word]', t); if (w) { const o = w.textContent; w.textContent = words.copied; setTimeout(() => { w.textContent = o; }, 1600); }
  });

  /* unfold a log row; its details are fetched the first time. A click that asks for a new tab is a link's */
  on('click', '.ev-btn', (e, t) => {
    const d = document.getElementById(t.getAttribute('aria-controls')); if (!d || !window.htmx || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault(); const show = d.hidden; d.hidden = !show; t.setAttribute('aria-expanded', show); t.closest('tr').classList.toggle('open', show);
    if (show && !d.cells[0].childElementCount) window.htmx.trigger(t, 'unfold');
  });

  /* bulk selection */
  on('change', '[data-sel],[data-sel-all]', (e, t) => {
    const form = t.closest('[data-bulk]'), all = $('[data-sel-all]', form), boxes = $$('[data-sel]', form);
    if (t === all) boxes.forEach(b => { b.checked = all.checked; });
    const n = boxes.filter(b => b.checked).length;
    boxes.forEach(b => b.closest('tr').classList.toggle('sel', b.checked));
    all.checked = n === boxes.length; all.indeterminate = n > 0 && n < boxes.length;
    $('.bulk [data-n]', form).textContent = n;
  });

  /* live feed: pause keeps the stream open and counts; it never moves what someone is reading */
  on('click', '.live', (e, t) => {
    if (t.dataset.state === 'lost') return;
    const paused = t.dataset.state !== 'paused';
    t.dataset.state = paused ? 'paused' : 'live'; t.setAttribute('aria-pressed', paused); $('[data-w]', t).textContent = paused ? t.dataset.paused : t.dataset.live;
  });
  const pillOf = feed => $('.live', feed.closest?.('.panel') ?? document) ?? $('.live');
  document.addEventListener('htmx:sse:before:message', e => {
    const feed = e.target.closest?.('[data-feed]'); if (!feed) return;
    const pill = pillOf(feed);
    if (pill?.dataset.state === 'paused' || feed.matches(':hover, :focus-within')) {
      (feed._held ??= []).push(e.detail.message.data); e.preventDefault(); e.detail.cancelled = true; held(feed);
    }
  });
  document.addEventListener('htmx:sse:error', e => lost(e, true));
  document.addEventListener('htmx:sse:after:connection', e => lost(e, false));
  const lost = (e, bad) => { const pill = pillOf(e.target); if (!pill || (pill.dataset.state === 'paused' && !bad)) return; pill.dataset.state = bad ? 'lost' : 'live'; $('[data-w]', pill).textContent = bad ? pill.dataset.lost : pill.dataset.live; };
  const held = feed => { const bar = $('.feed-new', feed.closest('.panel')); if (!bar) return; bar.hidden = false; $('[data-n]', bar).textContent = feed._held.length; };
  on('click', '[data-show-new]', (e, t) => {
    const panel = t.closest('.panel'), feed = $('[data-feed]', panel), bar = $('.feed-new', panel); bar.hidden = true;
    const tpl = document.createElement('template'); tpl.innerHTML = (feed?._held ?? []).reverse().join(''); if (feed) { feed._held = []; feed.prepend(tpl.content); window.htmx?.process(feed); }
  });

  /* relative times refresh each half minute; the absolute time is always in title and datetime */
  const rtf = new Intl.RelativeTimeFormat(root.lang || 'en', { numeric: 'auto', style: 'short' });
  const now = () => (root.dataset.now ? Date.parse(root.dataset.now) : Date.now());
  const ago = () => $$('time[data-ago]').forEach(t => { const s = (Date.parse(t.dateTime) - now()) / 1e3, a = Math.abs(s); t.textContent = a < 60 ? words.justNow : a < 3600 ? rtf.format(Math.round(s / 60), 'minute') : a < 86400 ? rtf.format(Math.round(s / 3600), 'hour') : rtf.format(Math.round(s / 86400), 'day'); });
  ago(); if (!root.dataset.now) setInterval(ago, 3e4);

  /* UTC is shown; the viewer's own time stands in the title once the pointer or focus is there */
  const local = new Intl.DateTimeFormat(root.lang || 'en', { dateStyle: 'medium', timeStyle: 'long' });
  const withLocal = e => { const t = e.target.closest?.('time[datetime]'); if (!t || t.dataset.localized) return; const at = new Date(t.dateTime); if (!isNaN(at)) { t.title = `${t.title || t.dateTime}\n${local.format(at)}`; t.dataset.localized = ''; } };
  document.addEventListener('pointerover', withLocal); document.addEventListener('focusin', withLocal);

  /* chart read-out: pointer and arrow keys; the text comes from data-t on each column */
  let tip; const show = (el, x, y) => { tip ??= document.body.appendChild(Object.assign(document.createElement('div'), { className: 'tip' })); tip.hidden = false; tip.textContent = el.dataset.t; const r = tip.getBoundingClientRect(); tip.style.left = `${Math.max(8, Math.min(x + 12, innerWidth - r.width - 8))}px`; tip.style.top = `${Math.max(8, y - r.height - 10)}px`; };
  const hide = () => { if (tip) tip.hidden = true; $$('[data-t].on').forEach(n => n.classList.remove('on')); };
  document.addEventListener('pointermove', e => { const t = e.target.closest?.('[data-t]'); if (t) show(t, e.clientX, e.clientY); else if (tip && !tip.hidden && !$('[data-t].on')) hide(); }, { passive: true });
  document.addEventListener('focusout', e => { if (e.target.matches?.('svg[tabindex]')) hide(); });
  document.addEventListener('keydown', e => {
    const svg = e.target.closest?.('svg[tabindex]'); if (!svg || !/^(Arrow(Left|Right)|Home|End|Escape)$/.test(e.key)) return;
    const pts = $$('[data-t]', svg); let i = pts.findIndex(p => p.classList.contains('on')); hide(); if (e.key === 'Escape') return;
    e.preventDefault(); i = e.key === 'Home' ? 0 : e.key === 'End' ? pts.length - 1 : i < 0 ? pts.length - 1 : Math.max(0, Math.min(pts.length - 1, i + (e.key === 'ArrowRight' ? 1 : -1)));
    const p = pts[i]; p.classList.add('on'); const r = p.getBoundingClientRect(); show(p, r.left, r.top + 20); say(p.dataset.t.replaceAll('\n', ', '));
  });

  /* menus: a native popover, placed under its button */
  document.addEventListener('toggle', e => { const m = e.target; if (!m.classList?.contains('menu') || e.newState !== 'open') return; const b = $(`[popovertarget="${m.id}"]`), r = b.getBoundingClientRect(), w = m.getBoundingClientRect(); m.style.top = `${r.bottom + 4 + w.height > innerHeight ? Math.max(8, r.top - w.height - 4) : r.bottom + 4}px`; m.style.left = `${Math.max(8, r.left + w.width > innerWidth - 24 ? r.right - w.width : r.left)}px`; }, true);

  /* keyboard, unless single keys are turned off: / search, ? help, g then a letter to go, j and k through log rows, n for the page's main action */
  let g = 0;
  document.addEventListener('keydown', e => {
    if (root.dataset.keys === 'off' || e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.('input,select,textarea,[contenteditable],dialog[open]')) return;
    if (g && Date.now() - g < 1200) { g = 0; const a = $(`.nav a[data-go="${e.key}"]`); if (a) { e.preventDefault(); a.click(); } return; }
    if (e.key === 'g') g = Date.now();
    else if (e.key === '/') { e.preventDefault(); ($('#q') ?? $('#jump'))?.focus(); }
    else if (e.key === '?') open('keys');
    else if (e.key === 'n') { const b = $('.page-head .btn.primary,.quick a'); if (b) { e.preventDefault(); b.click(); } }
    else if (e.key === 'j' || e.key === 'k') { const r = $$('.ev-btn,.run>summary,.entry a.ix').filter(n => n.checkVisibility?.() ?? true), i = r.indexOf(document.activeElement), n = r[e.key === 'j' ? i + 1 : Math.max(0, i - 1)]; if (n) { n.focus(); n.scrollIntoView({ block: 'nearest' }); } }
  });
  addEventListener('load', () => setTimeout(fromHash)); addEventListener('hashchange', () => { $$('dialog[open]').forEach(d => d.close()); fromHash(); });
  on('click', '[data-dismiss]', (e, t) => t.closest('.toast')?.remove());
  if (matchMedia('print').addEventListener) addEventListener('beforeprint', () => $$('details').forEach(d => { d.open = true; }));
})();
