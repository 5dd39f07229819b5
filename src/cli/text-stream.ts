/** Where text goes; `NodeJS.WriteStream` is one. */
export interface TextStream {
  write(text: string): unknown
}
