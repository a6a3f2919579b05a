/** The day's work, fetched when there is contact and kept sealed, so that a round needs no network. */
export class Bundle {
  constructor({ store, vault, api, clock }) {
    Object.assign(this, { store, vault, api, clock });
    this.data = null;
    this.fetchedAt = null;
    this.personId = null;
  }

  /** Take up what is kept for this person. */
  async restore(personId) {
    this.personId = personId;
    const box = personId === null ? null : await this.store.get("sealed", `bundle:${personId}`);
    const kept = box ? await this.vault.open(personId, "bundle", box).catch(() => null) : null;
    this.data = kept?.data ?? null;
    this.fetchedAt = kept?.fetchedAt ?? null;
    return this.data;
  }

  /** Fetch anew; keeps the old one on anything but a whole bundle of this person. */
  async refresh(personId) {
    const answer = await this.api.call("GET", "/api/v1/phone/bundle/", { timeoutMs: 30_000 });
    if (answer.kind !== "answer" || answer.data.person?.id !== personId || !Array.isArray(answer.data.rounds)) return false;
    const kept = { data: answer.data, fetchedAt: this.clock.now() };
    const box = await this.vault.seal(personId, "bundle", kept);
    await this.store.put("sealed", box, `bundle:${personId}`);
    if (this.personId !== personId) return false; // signed out meanwhile
    Object.assign(this, kept);
    return true;
  }

  age() {
    return this.fetchedAt === null ? Infinity : this.clock.now() - this.fetchedAt;
  }

  get rounds() {
    return this.data?.rounds ?? [];
  }

  round(id) {
    return this.rounds.find((round) => String(round.id) === String(id)) ?? null;
  }

  checkpoint(id) {
    return (this.data?.checkpoints ?? []).find((point) => point.id === id) ?? null;
  }

  checkpoints(siteId = null) {
    return (this.data?.checkpoints ?? []).filter((point) => siteId === null || point.site_id === siteId);
  }

  checklist(versionId) {
    return (this.data?.checklists ?? []).find((list) => list.version_id === versionId) ?? null;
  }

  get cases() {
    return this.data?.cases ?? [];
  }

  case(id) {
    return this.cases.find((one) => String(one.id) === String(id)) ?? null;
  }

  /** What can be chosen in a field of a form, as `{value, label}`. */
  choicesOf(field) {
    if (field.kind === "person") return this.data?.people ?? [];
    if (field.kind === "department") return (this.data?.departments ?? []).map(({ id, name }) => ({ value: String(id), label: name }));
    return (this.data?.case_choices?.[field.choices] ?? []).map(([value, label]) => ({ value, label }));
  }

  site(id) {
    return (this.data?.sites ?? []).find((site) => site.id === id) ?? null;
  }
}
