import { fromHex } from '../../../bytes/bytes.ts';

/**
 * Keys and certificates of real cards that public tests carry: RfidResearchGroup/proxmark3, client/src/emv/test/sda_test.c,
 * dda_test.c and cda_test.c (from lumag/emv-tools), and the check sums of client/resources/capk.txt. Visa key 01 (1024 bits) and
 * Mastercard key 05 (1408 bits) belong to authorities that have long expired; the months of expiry are those of the
 * certificates' time, since no source names them.
 */
const bytes = fromHex;
const three = Uint8Array.of(3);

export const visaAuthority = {
  rid: bytes('a000000003'),
  index: 1,
  expiry: { year: 2009, month: 12 },
  exponent: three,
  checkSum: bytes('d34a6a776011c7e7ce3aec5f03ad2f8cfc5503cc'),
  modulus: bytes(`
    c696034213d7d8546984579d1d0f0ea519cff8deffc429354cf3a871a6f7183f
    1228da5c7470c055387100cb935a712c4e2864df5d64ba93fe7e63e71f25b1e5
    f5298575ebe1c63aa617706917911dc2a75ac28b251c7ef40f2365912490b939
    bca2124a30a28f54402c34aeca331ab67e1e79b285dd5771b5d9ff79ea630b75`),
};

export const visaIssuer = {
  exponent: three,
  remainder: bytes(`
    1ebca30f00ce5962a8c6e130544b82891b236c65de29317f364735dee63f6598
    975835d5`),
  certificate: bytes(`
    3c5fead4dd7bca44f93e90c44f76ede54a3288ecdc78469fcb1225c03b2c04f2
    c2f412281a0822df14649230989fb1494070daf8c9534a7881960148616ace58
    1788120d3506ace4cee564fb27ee53341c22f0b45b31873d05de545efe33bcd2
    9b2185d035a806ad08c6976f3505a19999930ca8a03efa321c486061f7dcec9f`),
};

/** One record, its AIP 5C00 and the signature over both. */
export const visaStaticData = {
  pan: '4276550013234599',
  record: bytes(`
    5f24030812315a0842765500132345995f3401019f0702ff009f0d05d040aca8
    009f0e0500100000009f0f05d068bcf800`),
  interchangeProfile: bytes('5c00'),
  signature: bytes(`
    99a558b62b674aa5e7d2a57e5ef6a6f2258e5da052d05b54e5c115ff1cecf94a
    a2df8f39a01d71c619eb819da52ef381e84979586aea7855ffbef40aa3a71cd3
    b04cfdf270aec8158a2797f24fd613b748134661135cd290e45b04a8e0ccc711
    ae042f159e73c89c2a7e65a4c2fd1d6106024aa27130b0ecec0238f91659de96`),
};

/** Visa test key 94 (1984 bits) and a certificate under it: openemv/emv-utils, tests/emv_rsa_test.c; its month of expiry is ours. */
export const visaTestAuthority = {
  rid: bytes('a000000003'),
  index: 0x94,
  expiry: { year: 2035, month: 12 },
  exponent: three,
  checkSum: bytes('c4a3c43ccf87327d136b804160e47d43b60e6e0f'),
  modulus: bytes(`
    acd2b12302ee644f3f835abd1fc7a6f62cce48ffec622aa8ef062bef6fb8ba8b
    c68bbf6ab5870eed579bc3973e121303d34841a796d6dcbc41dbf9e52c460979
    5c0ccf7ee86fa1d5cb041071ed2c51d2202f63f1156c58a92d38bc60bdf424e1
    776e2bc9648078a03b36fb554375fc53d57c73f5160ea59f3afc5398ec7b6775
    8d65c9bff7828b6b82d4be124a416ab7301914311ea462c19f771f31b3b57336
    000dff732d3b83de07052d730354d297bec72871dccf0e193f171aba27ee464c
    6a97690943d59bdabb2a27eb71ceebdafa1176046478fd62fec452d5ca393296
    530aa3f41927adfe434a2df2ae3054f8840657a26e0fc617`),
};

export const visaTestIssuer = {
  exponent: three,
  remainder: new Uint8Array(),
  certificate: bytes(`
    665cd65c20deae638c7320ea011e5e2b33fc5070ff7d153d74fe9a01abff0b95
    87b3779c524577f8a57c19923b39cd3f5ccdd457d360dc2619cdbb94328777bb
    905e1cb79e280458f60c8c5593efd22d6385512b11b7f2eafe1184cf9066b9b4
    7a0bf832045066359ae465473d31b9f830a6de7d88e969cb456033f8073bec51
    2205920e3dea773d3e36e1f46c2e8bddc423fb675ca1710a3d0a06e9c7570919
    735190bd6ed65bd5ef92c0416bfe4094ea96a218013838ef337151a8be7222dc
    f0717399553c4dda16ebabb2dd386a07bdf313d970c1324caab885067691e3ee
    5e5d8b912799bd53c8e1830237e9ec0a9254d80b2bd3622c`),
};

export const mastercardAuthority = {
  rid: bytes('a000000004'),
  index: 5,
  expiry: { year: 2024, month: 12 },
  exponent: three,
  checkSum: bytes('ebfa0d5d06d8ce702da3eae890701d45e274c845'),
  modulus: bytes(`
    b8048abc30c90d976336543e3fd7091c8fe4800df820ed55e7e94813ed00555b
    573feca3d84af6131a651d66cff4284fb13b635edd0ee40176d8bf04b7fd1c7b
    acf9ac7327dfaa8aa72d10db3b8e70b2ddd811cb4196525ea386acc33c0d9d45
    75916469c4e4f53e8e1c912cc618cb22dde7c3568e90022e6bba770202e4522a
    2dd623d180e215bd1d1507fe3dc90ca310d27b3efccd8f83de3052cad1e48938
    c68d095aac91b5f37e28bb49ec7ed597`),
};

export const mastercardIssuer = {
  exponent: three,
  remainder: bytes(`
    6e63b7bc70abdd09341b34c03286ba9bd83ba7936c5b7798fb22c5e53ff240a2
    6dbd6415`),
  certificate: bytes(`
    1714284f763b8586ee6d319951f7e63fa25076e50dc9d3200ba998d3a052adba
    9ab69ac6ad6add3ce09f0278f4074ec4ee9b1d2268a3e953575e454e50cd860b
    f424c51c597712d2aa057089dd8673e51b1e1d7188034892077ac18a6ae23488
    bea9df3b1a83f2c0800cd7c5cdf2fde0496f7bc39fb4bf363299bfa637b2ec33
    c507e36821eec2075f0e420d38a1c9f3127261ba316c987674fadb20ea7feb75
    ee455d12146ea6f02e8b01ec2fa7a115`),
};

export const mastercardCard = {
  pan: '5285881254345653',
  exponent: three,
  remainder: new Uint8Array(),
  certificate: bytes(`
    a42fbeb156b98dcb0554da062adca5309a91f04fa2c7bd7102a8d73f16a3cfad
    e8aadf4f3fe2a2125ccdd77c6b9f78b5b4371ce0805725b0f9c027af147d91e1
    ffdb201e9c170ce777053a172ad526dcafd33895e1a947305c5b167f2e7c6f99
    1581a652ee473154760c2ed774214e50dfecdd4cf294c974b89ebca25b5ab3c0
    beb50dfaf782afde1433d90ca2a89d651e75d67ebc7c3e36f5a165ee61326129
    39c1ecd399e46074b996d93a88e01e0a`),
  record: bytes(`
    5f25031405015f24031506305a0852858812543456535f3401018e0c00000000
    000000001e031f039f0702ff009f0d05bc50bc00009f0e0500000000009f0f05
    bc70bc98009f4a01825f280206438c219f02069f03069f1a0295055f2a029a03
    9c019f37049f35019f45029f4c089f34038d0c910a8a0295059f37049f4c08`),
  interchangeProfile: bytes('3900'),
};

/** Answers of that card to INTERNAL AUTHENTICATE and GENERATE AC. */
export const mastercardSignatures = {
  dynamic: {
    terminalData: bytes('00000000'),
    signature: bytes(`
      3d87f31056102d2512cfde30900627c1263a76d1daa821f50831e606c54544c2
      58131eaebe874dcb1a28cf82d3ff91118260bc91113711d3b289fa41be69c7a7
      b5c783e6f8f97fce13f08b13fa44183e3718cebf0c41473d2b0ff4de44b6a02d
      75adb6d4962393ffdf4e69026cdf38ff`),
  },
  combined: {
    unpredictableNumber: bytes('12345779'),
    cdolValues: bytes(`
      000000000000000000000000064300000000000643140925501234577923
      000000000000000000001e0300`),
    answerObjects: bytes('9f2701409f360200109f10120010904001220000000000000000000000ff'),
    cryptogramInformation: 0x40,
    signature: bytes(`
      1c009fc48679157dbff45f65d33ff78d4fcbf0cf5ea4208d107ae95aa38c546d
      0e5a18b87403a12bd447a8bbfc1e49ce0b2e251389205703c9bb1a88cc79f1dd
      c2f9841eadf07ce07b62511ddc93df59f28f0e91f92332d29cdef2bccb100885
      0500ef3e470a4cb18cd91aa5c1a108f3`),
  },
};
