/**
 * Sealing at rest: AES-GCM with one key per person, made here and never extractable. It keeps a
 * copied browser profile from being read as text; it does not stop a thief with the unlocked phone.
 */
export class Vault {
  #store;

  constructor(store) {
    this.#store = store;
  }

  /**
   * The person's key, made when there is none; two tabs that race end up with the same one. It is
   * read each time: another tab may have destroyed it when the person signed out.
   */
  async #key(personId) {
    const known = await this.#store.get("keys", personId);
    if (known) return known;
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    return this.#store.write(["keys"], async (tx) => {
      const keys = tx.objectStore("keys");
      const first = await keys.get(personId);
      if (first) return first;
      await keys.put(fresh, personId);
      return fresh;
    });
  }

  /** @param {string} name what the box is for: a box opened under another name fails. */
  async sealBytes(personId, name, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const key = await this.#key(personId);
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: label(personId, name) }, key, bytes);
    return { iv, data };
  }

  async openBytes(personId, name, box) {
    const key = await this.#key(personId);
    return crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv, additionalData: label(personId, name) }, key, box.data);
  }

  seal(personId, name, value) {
    return this.sealBytes(personId, name, new TextEncoder().encode(JSON.stringify(value)));
  }

  async open(personId, name, box) {
    return JSON.parse(new TextDecoder().decode(await this.openBytes(personId, name, box)));
  }
}

function label(personId, name) {
  return new TextEncoder().encode(`${personId}\n${name}`);
}
