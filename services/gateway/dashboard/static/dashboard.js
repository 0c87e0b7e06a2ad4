/* Keeps a page's living parts fresh: the server writes them anew, this puts them in place. */
'use strict';
(() => {
  const PAUSE = 250, A_MOMENT = 1000;
  const shown = new Map([...document.querySelectorAll('[data-live]')].map(part => [part.id, part.outerHTML]));
  let busy = false, again = false, events = null;

  function replace(fresh) {
    for (const part of fresh.querySelectorAll('[data-live]')) {
      const html = part.outerHTML, old = document.getElementById(part.id);
      if (!old || shown.get(part.id) === html || old.contains(document.activeElement) && typing()) continue;
      shown.set(part.id, html);
      const focus = old.contains(document.activeElement) ? document.activeElement.id : '';
      old.replaceWith(document.adoptNode(part));
      if (focus) document.getElementById(focus)?.focus();
    }
  }

  function typing() {
    return document.activeElement.matches('input, select, textarea');
  }

  function take(fresh) {
    replace(fresh);
    watch(fresh);
  }

  function watch(page) {
    const watched = page.querySelector('[data-watch]');
    if (!watched || events) return;
    events = new EventSource(watched.dataset.watch);
    events.onmessage = refresh;
    events.addEventListener('end', () => { events.close(); events = null; refresh(); });
    events.onerror = () => {
      if (events?.readyState !== EventSource.CLOSED) return;
      events = null;  /* There is nothing more to tell: the page may not know yet. */
      setTimeout(refresh, A_MOMENT);
    };
  }

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const reply = await fetch(location.href, { headers: { Accept: 'text/html' } });
      if (reply.ok && !reply.redirected) take(new DOMParser().parseFromString(await reply.text(), 'text/html'));
    } catch {
      /* The server is away; the next news or the next look comes by itself. */
    }
    setTimeout(() => { busy = false; if (again) { again = false; refresh(); } }, PAUSE);
  }

  addEventListener('error', event => { if (event.target.matches?.('.still img')) event.target.remove(); }, true);

  watch(document);
  /* What was just asked for may show a moment later. */
  if (!events && new URLSearchParams(location.search).has('done')) setTimeout(refresh, A_MOMENT);

  function look() {
    const polled = document.querySelector('[data-poll]');
    if (!polled) return;
    setTimeout(async () => { if (!document.hidden) await refresh(); look(); }, +polled.dataset.poll);
  }
  look();
  const here = document.querySelector('nav [aria-current=page]'); // scrollIntoView would move where Tab begins
  if (here) here.closest('nav').scrollLeft = here.offsetLeft - (here.closest('nav').clientWidth - here.offsetWidth) / 2;
  document.getElementById('refusal')?.focus();
})();
