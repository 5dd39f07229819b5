import type { JsonObject } from './message.ts'

/** Of parsed JSON: is it an object? */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
