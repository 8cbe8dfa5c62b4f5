/** What RunInstances may be asked for. */
export interface Image {
  readonly description: string
  /**
   * Starts and ends machines of this image: file and arguments, run without a shell. Without it the host is the administrator's to start,
   * with the instance's user data.
   */
  readonly program?: readonly string[] | undefined
}

/** Always there: a host that one starts oneself. */
export const HOST_IMAGE = 'fleetkey-host'

/** Those of the configuration, and the one that is always there; by id. */
export function imageCatalogue(
  configured: Readonly<Record<string, Image>>,
): ReadonlyMap<string, Image> {
  return new Map<string, Image>([
    [HOST_IMAGE, { description: 'A host of yours, which you start with the user data' }],
    ...Object.entries(configured),
  ])
}
