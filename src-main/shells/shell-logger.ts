/** Where a shell's technical log goes; a pino logger is one. Nothing secret and no token is ever handed to it. */
export interface ShellLogger {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}
