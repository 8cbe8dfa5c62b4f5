/** Where digests go, with their log files (an export) or a line about them (an anchor). */
export interface Destination {
  /** Names the cursor in the store: the same for the same place after a restart. Shown to whoever may see the trail's status. */
  readonly name: string
  readonly kind: 'export' | 'anchor'
  /** Puts one digest there, durably; the same again changes nothing. Rejects when it could not. */
  deliver(item: DeliveredItem): Promise<void>
}

/** One digest on its way. */
export interface DeliveredItem {
  /** Names below any prefix, uncompressed contents; read only when they are asked for. */
  readonly logFiles: () => AsyncIterable<ExportFile>
  readonly digest: ExportFile
  /** Hexadecimal. */
  readonly signature: string
  /** One line of JSON, without the line break. */
  readonly anchor: string
}

export interface ExportFile {
  readonly name: string
  readonly content: string
}
