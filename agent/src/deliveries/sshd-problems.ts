import { readSshdConfig, type SshdConfig, SshdUnreadable } from '../sshd.ts'

/** What is wrong with sshd's settings for every delivery and for this one (`find`), in words that say the mend. */
export async function findSshdProblems(
  find: (config: SshdConfig) => readonly string[],
  configFile?: string,
): Promise<readonly string[]> {
  let config: SshdConfig
  try {
    config = await readSshdConfig(undefined, configFile)
  } catch (error) {
    if (error instanceof SshdUnreadable) return [error.message]
    throw error
  }
  return [
    ...(config.get('pubkeyauthentication')?.[0] === 'yes'
      ? []
      : ['sshd accepts no keys at all: set PubkeyAuthentication yes in sshd_config.']),
    ...find(config),
  ]
}
