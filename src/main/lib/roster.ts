interface Place<Member> {
  readonly member: Member;
  at: number;
}

/**
 * Those who are present, in no order, for members that come and go by the thousand a second. A Set of them keeps its
 * garbage alive: V8 makes it a new table again and again, each former table points to the next one and to all that were
 * in it, and one of these that has grown old holds every later one until the whole heap is collected.
 */
export class Roster<Member> {
  readonly #places: Place<Member>[] = [];

  /** @returns the function with which it leaves, which tells whether it was still there */
  add(member: Member): () => boolean {
    const place: Place<Member> = { member, at: this.#places.length };
    this.#places.push(place);
    return () => {
      if (this.#places[place.at] !== place) return false;
      const last = this.#places.pop();
      if (last !== undefined && last !== place) {
        this.#places[place.at] = last;
        last.at = place.at;
      }
      return true;
    };
  }

  get size(): number {
    return this.#places.length;
  }

  /** As of now: members may leave while they are gone through. */
  members(): Member[] {
    return this.#places.map(({ member }) => member);
  }
}
