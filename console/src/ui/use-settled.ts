import { useEffect, useState } from 'react'

/** Long enough for the next press of somebody who ticks several boxes. */
const SETTLES_MS = 300

/** The value once it has stayed the same for a moment; the first one at once. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLES_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
