/** Forms half filled in, sealed like the rest, so that nothing typed is ever lost. */
export class Drafts {
  constructor({ store, vault, clock }) {
    Object.assign(this, { store, vault, clock });
  }

  key(personId, name) {
    return `${personId}:${name}`;
  }

  async load(personId, name) {
    const key = this.key(personId, name);
    const box = await this.store.get("drafts", key);
    return box ? this.vault.open(personId, key, box).catch(() => null) : null;
  }

  /** Never throws: on a full phone the form simply lives in memory. */
  async keep(personId, name, value) {
    const key = this.key(personId, name);
    try {
      const box = await this.vault.seal(personId, key, value);
      await this.store.put("drafts", { key, at: this.clock.now(), ...box });
      return true;
    } catch {
      return false;
    }
  }

  drop(personId, name) {
    return this.store.delete("drafts", this.key(personId, name));
  }
}
