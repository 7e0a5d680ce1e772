/** A session of a real card as it was published. */
export interface Trace {
  readonly name: string;
  readonly enc: string;
  readonly mac: string;
  readonly initializeCommand: string;
  readonly initializeAnswer: string;
  readonly authenticate: string;
  /** Plain command, wrapped command, and where published the protected answer and its plain data. */
  readonly commands: readonly (readonly [plain: string, wrapped: string, answer?: string, plainAnswer?: string])[];
}

const enc128 = '000102030405060708090a0b0c0d0e0f';
const mac128 = '101112131415161718191a1b1c1d1e1f';
export const eid = '80e2910006bf3e035c015a00';
const eidAnswer = 'bf3e125a1089882119900000000000000000000005';
export const case1 = '80f22002';
const case2 = '80ca006600';
const case3 = '80f220020a4f0212345c054f9f70c5';
const case4 = '80f28002024f0000';

/** Real card traces, S8 i=70: osmocom pySim, tests/unittests/test_globalplatform.py, commit 078ac2bf. */
export const osmocom: readonly Trace[] = [
  {
    name: 'S8 AES-128 level 11',
    enc: enc128,
    mac: mac128,
    initializeCommand: '8050300008b13e5f938fc108c400',
    initializeAnswer: '000000000000000000003003703eb51047495b249f66c484c1d2ef1948000002',
    authenticate: '84821100107d5f5826a993ebc89eea24957fa0b3ce',
    commands: [
      [eid, '84e291000ebf3e035c015a558d036518a2829700', `${eidAnswer}971be68992dbbdfa`, eidAnswer],
      [case1, '84f220020863a63f8959827fb2'],
      [case2, '84ca006608a0c6a4a74166f7ce00'],
      [case3, '84f22002124f0212345c054f9f70c52249b50272656536'],
      [case4, '84f280020a4f00e91443f6dce6b8ed00'],
    ],
  },
  {
    name: 'S8 AES-128 level 03',
    enc: enc128,
    mac: mac128,
    initializeCommand: '80503000088e1552d0513c60f300',
    initializeAnswer: '0000000000000000000030037030760cd2c47c1dd395065fe5ead8a9d7000001',
    authenticate: '8482030010fd4721a14d9b07003c451d2f8ae6bb21',
    commands: [
      [eid, '84e2910018ca9c00f6713d79bc8baa642bdff51c3f6a4082d3bd9ad26c00', eidAnswer, eidAnswer],
      [case1, '84f2200208c9811b11f1264cf1'],
      [case2, '84ca006608e10ab60b3054798800'],
      [case3, '84f22002184e2908bdb48b2315a55482e9e936ca122d6ecfae7d17416e'],
      [case4, '84f28002180dd10a6b6193e5340b9e77d32d5a179cd710ac2773aefb2800'],
    ],
  },
  {
    name: 'S8 AES-128 level 33',
    enc: enc128,
    mac: mac128,
    initializeCommand: '8050300008fdf38259a1e0de4400',
    initializeAnswer: '000000000000000000003003703b1aca81e821f219081cdc01c26b372d000003',
    authenticate: '84823300108c36f96bcc00724a4e13ad591d7da3f0',
    commands: [
      [
        eid,
        '84e2910018267a85dfe4a98fca6fb0527e0dfecce4914e40401433c87f00',
        'f3ba2b1013aa6224f5e1c138d71805c569e5439b47576260b75fc021b25097cb2e68f8a0144975b9',
        eidAnswer,
      ],
      [case1, '84f2200208ac6a59024bed84cc'],
      [case2, '84ca006608409912ad8fb7aed000'],
      [case3, '84f22002185f3dafc3ac14c381536a488bf44e06d056df9d74dbd21e5a'],
      [case4, '84f280021865165105be3373347d0424d4400af2ac393f569ec779389e00'],
    ],
  },
  {
    name: 'S8 AES-192 level 33',
    enc: `${enc128}0001020304050607`,
    mac: `${mac128}1011121314151617`,
    initializeCommand: '80503100089b3f2eef0e8c937400',
    initializeAnswer: '00000000000000000000310370f6bb305a15bae1a68f79fb08212fbed7000002',
    authenticate: '84823300109100bc22d58b45b86a26365ce39ff3cf',
    commands: [
      [
        eid,
        '84e29100188f7f946c84f70d17994bc6e8791251bb1bb1bf02cf8de58900',
        'c05176c1b6f72aae50c32cbee63b0e95998928fd4dfb2be9f27ffde8c8476f5909b4805cc4039599',
        eidAnswer,
      ],
      [case1, '84f2200208d5d97754b6b3d2ba'],
    ],
  },
  {
    name: 'S8 AES-256 level 33',
    enc: enc128 + enc128,
    mac: mac128 + mac128,
    initializeCommand: '805032000897b2055fe58599fd00',
    initializeAnswer: '00000000000000000000320370a8439a22cedf045fa9f1903b2834f26e000002',
    authenticate: '8482330010508a0fd959d2e547c6b33154a6be2057',
    commands: [
      [
        eid,
        '84e29100187a5ef717eaf1e135ae92fe54429d0e465decda65f5fe5aea00',
        'ea90dbfa648a67c5eb6abc57f8530b97d0cd5647c5e8732016b55203b078dd2ace7f8bc5d1c1cd99',
        eidAnswer,
      ],
      [case1, '84f2200208bcc5c17275545d93'],
    ],
  },
];

/** Emulated card, S16 i=71: Samsung OpenSCP-Java, testdata/SmartCardScp03Aes{128,256}S16ModeEmulation.java, commit 6696c018. */
export const samsung: readonly Trace[] = [
  {
    name: 'S16 AES-128 level 33',
    enc: '1D72CD9283FD55162722C6BEAA4DC187',
    mac: 'F4932BA02FFC3098D172790099D28382',
    initializeCommand: '805030001006F85B77251BF79406F85B77251BF79400',
    initializeAnswer:
      'A1A012430585513120853003710617A2C34D50B562F7DECFC3DBF58A649EF733B7486D813C92E4CA61E5102F9100082A',
    authenticate: '84823300201C6A43582F842A90D81CA4E970754664D8C0C6C340E007C5C6EBCDF4F7C065BE',
    commands: [
      [
        '80F22000024F00',
        '84F2200020EB30913C363A6C1309D13ADC765D9DF1C44F207C2941B898A290F627B05AE990',
        '05717C3DED78C6BB7AEE55A68E66E0D7C90473C380A60755DD7B63ECF55FD0B4067612B43A0A05CDA95E9122C91D8527A21681805C1A25AAA38994E15A6379DF66EE234701C673C32DAF5C54B11085C4',
      ],
      [
        '80F24000024F00',
        '84F2400020F1EC5CF268D357692CD0FAF186A1E6C79F68B473C4672C0A08F0437B16314698',
        'D7B658F9308D59779672CE4E5D1B8E6BD2A5A90F745788DAA817980BF84C2522B791382D5A095868C096AC6A851A98A028CBBA7AC67D5F834F7969FE199B0DBBA12EF90E27CCF95C062D27BADAFC3B03CFB6964CCBE3FC04B54EFCD3B446B446',
      ],
    ],
  },
  {
    name: 'S16 AES-256 level 33',
    enc: '1D72CD9283FD55162722C6BEAA4DC1877F4C0CD0ECC15E052AAC39A99AF9AD72',
    mac: 'F4932BA02FFC3098D172790099D2838236F2E61068D56F4401CC0374C25AF8CB',
    initializeCommand: '805030001006F85B77251BF79406F85B77251BF79400',
    initializeAnswer:
      'A1A012430585513120853003710617A2C34D50B562F7DECFC3DBF58A6499D2966CF09C9201FDE8343E93FB18B400082A',
    authenticate: '848233002071D1A091C5D24AF177B00E69B1A32B4E30A5168CF8C86B19730DF915EF82D8A7',
    commands: [
      [
        '80F22000024F00',
        '84F2200020DD3036DC4C636717702732ABBA185633873A933310002B25E386CF10A4E6B130',
        'A5E7309DCA3EFFA13D1AA03FE0D3E2BA8D04DF15A6A26989150F512ED453F5DFFB2A7E4EE4E2FFACEFC0945435BCAF3A914A9F7BD66B4F82635B7757AE82B54262489B3B58224F99E846E2A8061B1732',
      ],
    ],
  },
];
