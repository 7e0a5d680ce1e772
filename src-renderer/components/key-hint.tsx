import Box from '@mui/material/Box';

/** A key of the keyboard, drawn. */
export function KeyHint({ children }: { readonly children: string }) {
  return (
    <Box
      component="kbd"
      aria-hidden
      sx={{
        display: 'inline-grid',
        placeItems: 'center',
        minWidth: 22,
        height: 22,
        paddingInline: 0.75,
        borderRadius: '5px',
        border: '1px solid currentColor',
        fontFamily: 'inherit',
        fontSize: '0.75rem',
        fontWeight: 650,
        lineHeight: 1,
      }}
    >
      {children}
    </Box>
  );
}
