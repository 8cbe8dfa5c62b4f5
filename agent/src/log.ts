/** Values that a log line may hold. Secrets, private keys and whole grants are never among them. */
type LogValue = string | number | boolean | undefined | readonly string[]
export type LogFields = Readonly<Record<string, LogValue>>

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Says what happened: `event` is a stable, searchable name; the rest is in the fields. */
export type Log = Readonly<Record<LogLevel, (event: string, fields?: LogFields) => void>>

/** One JSON line for each event, as journald and every log shipper take it. Below `level` nothing is written. */
export function createLog(
  level: LogLevel,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  const at =
    (own: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)) return
      write(`${JSON.stringify({ time: new Date().toISOString(), level: own, event, ...fields })}\n`)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The text of whatever was thrown, for a log field. */
export function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
