import Box from '@mui/material/Box';

/** The mark of the program: a card with its chip. */
export function BrandMark({ size }: { readonly size: number }) {
  return (
    <Box component="svg" aria-hidden viewBox="0 0 64 48" sx={{ width: size, height: (size * 48) / 64, flex: 'none' }}>
      <rect x="1.5" y="1.5" width="61" height="45" rx="8" fill="#17564f" stroke="#8fcabf" strokeWidth="1.5" />
      <rect x="11" y="13" width="15" height="13" rx="3" fill="#e6bb70" />
      <path d="M11 19.5h15M18.5 13v13" stroke="#17564f" strokeWidth="1.6" />
      <path d="M11 36h42" stroke="#a8d5cc" strokeWidth="3" strokeLinecap="round" />
      <path
        d="M34 14c6-5 12-5 18 0M34 20c6-5 12-5 18 0M34 26c6-5 12-5 18 0"
        stroke="#a8d5cc"
        strokeWidth="1"
        fill="none"
      />
    </Box>
  );
}
