import { runProgram, type RunOptions } from '@fleetkey/fleet/run-program'

/** Milliseconds from start to end of a program that must succeed. */
export async function timedProgram(
  argv: readonly [string, ...string[]],
  options: RunOptions = {},
): Promise<number> {
  const start = performance.now()
  const { code, stdout, stderr } = await runProgram(argv, options)
  const milliseconds = performance.now() - start
  if (code !== 0) throw new Error(`${argv.join(' ')}: exit ${code}\n${stderr}${stdout}`)
  return milliseconds
}
