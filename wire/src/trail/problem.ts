/**
 * What is wrong with an export, at the first place where it is:
 * `altered`, `missing`, `inserted`: one record is not, not there, or not of the trail; what comes before is proven.
 * `file altered`, `file missing`: a log file; in the first case no record of it is altered.
 * `digest altered`, `digest unsigned`, `digest moved`, `digest missing`: records from `seq` on are not proven.
 * `begins late`: what comes before is not here. `forked`: two digests follow the same one, as after a rollback of the database.
 * `stray`: a file that no digest names. `cut off`, `rolled back`: an anchor says that there was more, or something else.
 */
export type TrailProblemKind =
  | 'altered'
  | 'missing'
  | 'inserted'
  | 'file altered'
  | 'file missing'
  | 'digest altered'
  | 'digest unsigned'
  | 'digest moved'
  | 'digest missing'
  | 'begins late'
  | 'forked'
  | 'stray'
  | 'cut off'
  | 'rolled back'

export interface TrailProblem {
  readonly kind: TrailProblemKind
  /** The first record that is not proven. */
  readonly seq: number
  /** Its file, by its name below any prefix, or that of the digest. */
  readonly file: string
  /** Of the record that stands in its place, where that can be read. */
  readonly eventId?: string
  /** In words: what shows it. */
  readonly says: string
}
