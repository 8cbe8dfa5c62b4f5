/** The programs that the one command starts. They get their arguments as typed and take over the process. */
export type ProgramName = 'server' | 'agent' | 'demo'

const PROGRAMS: Readonly<
  Record<ProgramName, () => Promise<{ main(argv: readonly string[]): Promise<number> }>>
> = {
  server: () => import('@fleetkey/server/main'),
  agent: () => import('@fleetkey/agent/main'),
  demo: () => import('@fleetkey/demo/main'),
}

export function isProgramName(name: string | undefined): name is ProgramName {
  return name !== undefined && Object.hasOwn(PROGRAMS, name)
}

export async function startProgram(name: ProgramName, argv: readonly string[]): Promise<number> {
  const program = await PROGRAMS[name]()
  return program.main(argv)
}
