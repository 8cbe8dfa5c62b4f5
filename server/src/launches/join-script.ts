/** What `launch.install` is when it is not set: nothing is fetched from anywhere. */
const EXPECT_PROGRAM = `command -v fleetkey >/dev/null || {
  echo 'fleetkey: there is no fleetkey program on this image. Put it there, or say in launch.install of the server how it gets there.' >&2
  exit 1
}`

/**
 * The shell script with which a new host becomes the instance that it was launched as; cloud-init runs it as root at the first boot. The
 * token comes to `fleetkey agent join` on its standard input: what stands on a command line, every user of the host can read.
 */
export function joinScript(join: {
  readonly instanceId: string
  /** Of this server, as hosts reach it. */
  readonly url: string
  readonly token: string
  /** Shell text of the administrator that puts the program there; undefined expects it on the image. */
  readonly install: string | undefined
}): string {
  return `#!/bin/sh
# Joins this host to Fleetkey as ${join.instanceId}. Good once; whoever asks for this text again makes this one void.
set -eu
umask 077
export PATH="\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin" HOME="\${HOME:-/root}"
${join.install ?? EXPECT_PROGRAM}
fleetkey agent join ${quoted(join.url)} <<'TOKEN'
${join.token}
TOKEN
fleetkey agent install
`
}

/** POSIX shell: within single quotes nothing is special but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
