import { startControlPlane, type ControlPlane } from '../control-plane.ts'
import type { ClientEnvironment } from '../fleetkey.ts'

/** A server without TLS on this machine, where browsers have passkeys all the same: at the name `localhost`. */
export interface PlainPlane {
  readonly url: string
  readonly root: ClientEnvironment
  /** See ControlPlane. */
  log(): string
  stop(): Promise<void>
}

/** @param options.settings of its configuration file */
export async function startPlainPlane(options: {
  readonly dir: string
  readonly settings?: object
  readonly environment?: Readonly<Record<string, string>>
}): Promise<PlainPlane> {
  const { dir, settings, environment } = options
  const plane: ControlPlane = await startControlPlane({
    dir,
    address: '127.0.0.1',
    environment: { FLEETKEY_TLS: 'off', ...environment },
    ...(settings !== undefined && { settings }),
  })
  const { port } = new URL(plane.url)
  const { AWS_CA_BUNDLE: _ca, NODE_EXTRA_CA_CERTS: _extra, ...root } = plane.root
  return {
    url: `http://localhost:${port}`,
    root: { ...root, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    log: () => plane.log(),
    stop: () => plane.stop(),
  }
}
