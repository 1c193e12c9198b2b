import type { TargetChange, TargetPlace } from '../../shared/contract/rollout.ts';
import type { Secret } from '../lib/secret.ts';

/** One value as it is to lie in a place. An access key has two, of which the id is not secret but travels with it. */
export interface NamedValue {
  readonly name: string;
  readonly value: Secret;
}

export type PlaceOf<Kind extends TargetPlace['kind']> = Extract<TargetPlace, { readonly kind: Kind }>;

/** How values come to lie in one kind of place. What else lies there stays as it is. Every call ends in a minute or so: others of its kind wait for it. */
export interface PlaceWriter<Place extends TargetPlace = TargetPlace> {
  /**
   * What writing would change. Changes nothing.
   * @param access what opens the place, where something does
   * @throws AppError TARGET_UNREACHABLE | TARGET_REFUSED | TARGET_MISSING | TARGET_UNREADABLE
   */
  preview(
    place: Place,
    values: readonly NamedValue[],
    access: Secret | null,
  ): Promise<readonly TargetChange[]>;
  /**
   * Writes them all, and reads them back where the place can be read. Twice is as good as once.
   * @throws as `preview`, and AppError TARGET_CHANGED when what is read back is not what was written
   */
  write(
    place: Place,
    values: readonly NamedValue[],
    access: Secret | null,
  ): Promise<{ readonly isVerified: boolean }>;
}
