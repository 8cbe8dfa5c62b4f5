import { readSettings, type ConnectionFlags, type Settings } from '../config/settings.ts'
import type { Screen } from '../screen.ts'
import { ApiClient } from './api-client.ts'

/** Opens the API as flags, environment and profile say, and closes it after the work. */
export async function withApi<T>(
  screen: Screen,
  flags: ConnectionFlags,
  work: (api: ApiClient, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = await readSettings(flags, screen.env, { now: () => screen.now() })
  const api = new ApiClient(settings, () => screen.now())
  try {
    return await work(api, settings)
  } finally {
    api.close()
  }
}
