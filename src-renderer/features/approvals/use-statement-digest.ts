import { useEffect, useState } from 'react';
import { digestOf } from './read-statement.ts';

/** The digest of a statement, made by this page from the bytes that it shows; null until it is made. */
export function useStatementDigest(statement: string): string | null {
  const [made, setMade] = useState<{ readonly statement: string; readonly digest: string } | null>(null);
  useEffect(() => {
    let current = true;
    void digestOf(statement).then((digest) => {
      if (current) setMade({ statement, digest });
    });
    return () => {
      current = false;
    };
  }, [statement]);
  return made?.statement === statement ? made.digest : null;
}
