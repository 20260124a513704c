/* Passkeys: making one and signing in with one, through the same routes as programs use. What to ask and where stands in data- attributes
   of the form; without this file the form stays hidden and the password remains. */
(() => {
  'use strict';
  const able = !!(window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON);
  const send = async (form, path, body) => {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    if (form.dataset.formToken) headers['x-form-token'] = form.dataset.formToken;
    if (form.dataset.tenant) body.tenant = form.dataset.tenant;
    const reply = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body), credentials: 'same-origin' });
    const said = await reply.json();
    /* the API explains itself in English */
    if (!reply.ok) throw new Error((document.documentElement.lang === 'en' && said.detail) || form.dataset.failed);
    return said;
  };
  const ask = (kind, options) => kind === 'create'
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  const run = async form => {
    const label = form.elements.label?.value.trim();
    const begun = await send(form, form.dataset.begin, label ? { label } : {});
    let credential;
    /* a browser says in its own language, or not at all, why nothing came of it */
    try { credential = await ask(form.dataset.passkey, begun.options); } catch { throw new Error(form.dataset.failed); }
    await send(form, form.dataset.finish, { ceremony: begun.ceremony, credential: credential.toJSON() });
    location.assign(form.dataset.done);
  };
  for (const form of document.querySelectorAll('[data-passkey]')) {
    form.hidden = !able;
    form.addEventListener('submit', async e => {
      e.preventDefault();
      const error = form.querySelector('[data-error]'), button = form.querySelector('[type=submit]');
      error.hidden = true; button.disabled = true;
      try { await run(form); } catch (wrong) { error.textContent = wrong.message; error.hidden = false; }
      button.disabled = false;
    });
  }
  for (const line of document.querySelectorAll('[data-passkey-or]')) line.hidden = !able;
  for (const note of document.querySelectorAll('[data-passkey-none]')) note.hidden = able;
})();
