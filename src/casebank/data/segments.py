"""The latent segments: who the customers of the invented bank are. Truth: no analyst sees it.

Shares and mixes are per mille, sums of money in yuan, rates a month. A change here changes the
committed sample; :mod:`casebank.data.truth` says what the numbers are after.
"""

from __future__ import annotations

from dataclasses import dataclass

PRODUCTS = (
    "current",
    "savings",
    "term_deposit",
    "fund",
    "credit_card",
    "consumer_loan",
    "mortgage",
)
BRANCHES = ("hexi", "chengnan", "gangkou", "daxuelu", "donghu")
OCCUPATIONS = ("salaried", "self_employed", "business_owner", "retired", "student")
ACQUIRED = ("branch", "referral", "online", "campaign")
GRADES = ("A", "B", "C", "D", "E")
CHOSEN = (
    "card_payment",
    "transfer_out",
    "cash_withdrawal",
    "deposit",
    "bill_payment",
    "fund_purchase",
)
TX_CHANNELS = ("branch", "atm", "phone", "web", "mobile", "system")
CONTACT_CHANNELS = ("branch", "phone", "web", "mobile", "visit")


@dataclass(frozen=True)
class Holding:
    """How a segment holds a product: share of holders, median, spread (deviation, log2)."""

    share: int
    median: int
    spread: float = 1.0


@dataclass(frozen=True)
class Segment:
    """One latent segment. Shares and mixes are per mille; rates are per month."""

    name: str
    zh: str
    en: str
    share: int
    ages: tuple[int, int]
    male: int
    branches: tuple[int, ...]
    occupations: tuple[int, ...]
    incomes: tuple[int, ...]
    grades: tuple[int, ...]
    holdings: dict[str, Holding]
    payroll: int
    wage: int
    rate: float
    kinds: tuple[int, ...]
    amounts: float
    tx_channels: tuple[int, ...]
    service: float
    loan: float
    advice: float
    invest: float
    contact_channels: tuple[int, ...]
    leave: float
    drift: float
    manager: int
    consent: int
    growth: tuple[int, int] = (-4, 8)
    transfer_in: float = 0.03


H = Holding
SEGMENTS: tuple[Segment, ...] = (
    Segment(
        name="wealth",
        zh="安静的富裕客户",
        en="quiet wealth",
        share=54,
        ages=(44, 72),
        male=540,
        branches=(330, 170, 120, 120, 260),
        occupations=(300, 90, 330, 280, 0),
        incomes=(0, 20, 130, 370, 480),
        grades=(640, 300, 60, 0, 0),
        holdings={
            "current": H(960, 75_000, 1.4),
            "savings": H(720, 340_000, 1.3),
            "term_deposit": H(640, 720_000, 1.1),
            "fund": H(740, 800_000, 1.3),
            "credit_card": H(450, 7_000),
            "consumer_loan": H(5, 150_000),
            "mortgage": H(110, 850_000, 0.7),
        },
        payroll=60,
        wage=24_000,
        rate=0.85,
        kinds=(300, 330, 20, 60, 90, 200),
        amounts=5.0,
        tx_channels=(40, 0, 50, 300, 610, 0),
        service=0.025,
        loan=0.002,
        advice=0.010,
        invest=0.016,
        contact_channels=(230, 400, 120, 250, 0),
        leave=0.0006,
        drift=0.0060,
        manager=720,
        consent=520,
        growth=(-3, 9),
        transfer_in=0.10,
    ),
    Segment(
        name="family",
        zh="宽裕家庭",
        en="affluent family",
        share=85,
        ages=(32, 52),
        male=500,
        branches=(250, 180, 130, 160, 280),
        occupations=(760, 90, 130, 20, 0),
        incomes=(0, 50, 320, 440, 190),
        grades=(430, 440, 120, 10, 0),
        holdings={
            "current": H(1000, 20_000, 1.1),
            "savings": H(600, 52_000, 1.0),
            "term_deposit": H(380, 95_000, 0.8),
            "fund": H(500, 75_000, 0.9),
            "credit_card": H(620, 8_000),
            "consumer_loan": H(40, 70_000, 0.7),
            "mortgage": H(260, 600_000, 0.6),
        },
        payroll=390,
        wage=15_500,
        rate=1.35,
        kinds=(470, 240, 40, 60, 110, 80),
        amounts=1.9,
        tx_channels=(60, 0, 20, 220, 700, 0),
        service=0.05,
        loan=0.010,
        advice=0.02,
        invest=0.02,
        contact_channels=(330, 270, 130, 270, 0),
        leave=0.0018,
        drift=0.0026,
        manager=250,
        consent=640,
        transfer_in=0.06,
    ),
    Segment(
        name="everyday",
        zh="工薪日常客户",
        en="everyday salary",
        share=300,
        ages=(23, 56),
        male=500,
        branches=(210, 240, 180, 160, 210),
        occupations=(880, 90, 20, 10, 0),
        incomes=(160, 400, 330, 100, 10),
        grades=(170, 440, 320, 60, 10),
        holdings={
            "current": H(1000, 5_600, 1.3),
            "savings": H(480, 9_000, 1.2),
            "term_deposit": H(130, 32_000, 0.8),
            "fund": H(150, 8_000, 1.1),
            "credit_card": H(360, 3_600),
            "consumer_loan": H(45, 36_000, 0.8),
            "mortgage": H(55, 400_000, 0.6),
        },
        payroll=370,
        wage=7_200,
        rate=0.82,
        kinds=(560, 200, 80, 40, 110, 10),
        amounts=0.8,
        tx_channels=(60, 0, 20, 140, 780, 0),
        service=0.05,
        loan=0.012,
        advice=0.008,
        invest=0.004,
        contact_channels=(400, 230, 90, 280, 0),
        leave=0.0036,
        drift=0.0010,
        manager=8,
        consent=610,
        transfer_in=0.03,
    ),
    Segment(
        name="counter",
        zh="退休储户",
        en="retired savers",
        share=160,
        ages=(60, 84),
        male=440,
        branches=(220, 330, 160, 110, 180),
        occupations=(20, 20, 10, 950, 0),
        incomes=(290, 440, 210, 50, 10),
        grades=(340, 430, 200, 30, 0),
        holdings={
            "current": H(540, 4_500, 1.2),
            "savings": H(960, 19_000, 1.1),
            "term_deposit": H(700, 58_000, 0.9),
            "fund": H(70, 26_000, 0.9),
            "credit_card": H(40, 1_800),
            "consumer_loan": H(0, 0),
            "mortgage": H(0, 0),
        },
        payroll=110,
        wage=4_100,
        rate=0.85,
        kinds=(60, 110, 390, 280, 150, 10),
        amounts=1.0,
        tx_channels=(780, 0, 30, 20, 170, 0),
        service=0.26,
        loan=0.001,
        advice=0.05,
        invest=0.025,
        contact_channels=(800, 160, 5, 35, 0),
        leave=0.0022,
        drift=0.0004,
        manager=25,
        consent=480,
        growth=(-3, 6),
        transfer_in=0.03,
    ),
    Segment(
        name="student",
        zh="学生与新人",
        en="students and starters",
        share=95,
        ages=(18, 26),
        male=500,
        branches=(110, 150, 120, 480, 140),
        occupations=(190, 20, 0, 0, 790),
        incomes=(760, 210, 30, 0, 0),
        grades=(20, 260, 590, 120, 10),
        holdings={
            "current": H(1000, 1_300, 1.3),
            "savings": H(80, 2_500, 1.1),
            "term_deposit": H(0, 0),
            "fund": H(110, 1_200, 1.1),
            "credit_card": H(120, 1_100, 0.9),
            "consumer_loan": H(10, 8_000, 0.7),
            "mortgage": H(0, 0),
        },
        payroll=110,
        wage=5_000,
        rate=0.85,
        kinds=(760, 100, 40, 20, 70, 10),
        amounts=0.35,
        tx_channels=(15, 0, 5, 70, 910, 0),
        service=0.04,
        loan=0.008,
        advice=0.003,
        invest=0.003,
        contact_channels=(170, 160, 110, 560, 0),
        leave=0.0062,
        drift=0.0016,
        manager=0,
        consent=700,
        growth=(-6, 14),
        transfer_in=0.12,
    ),
    Segment(
        name="trader",
        zh="店主与个体户",
        en="shopkeepers and traders",
        share=90,
        ages=(28, 60),
        male=620,
        branches=(170, 180, 380, 100, 170),
        occupations=(10, 600, 390, 0, 0),
        incomes=(80, 260, 340, 230, 90),
        grades=(150, 360, 350, 120, 20),
        holdings={
            "current": H(1000, 27_000, 1.5),
            "savings": H(260, 24_000, 1.2),
            "term_deposit": H(90, 60_000, 0.8),
            "fund": H(100, 25_000, 1.0),
            "credit_card": H(480, 13_000),
            "consumer_loan": H(210, 110_000, 0.8),
            "mortgage": H(130, 480_000, 0.6),
        },
        payroll=0,
        wage=0,
        rate=1.85,
        kinds=(170, 480, 100, 150, 90, 10),
        amounts=3.2,
        tx_channels=(190, 0, 30, 190, 590, 0),
        service=0.12,
        loan=0.045,
        advice=0.015,
        invest=0.006,
        contact_channels=(520, 220, 60, 200, 0),
        leave=0.0030,
        drift=0.0018,
        manager=120,
        consent=590,
        growth=(-9, 10),
        transfer_in=0.22,
    ),
    Segment(
        name="seeker",
        zh="求贷客户",
        en="credit seekers",
        share=90,
        ages=(22, 52),
        male=610,
        branches=(200, 230, 240, 140, 190),
        occupations=(520, 350, 70, 20, 40),
        incomes=(420, 390, 160, 30, 0),
        grades=(0, 10, 140, 450, 400),
        holdings={
            "current": H(1000, 800, 1.4),
            "savings": H(70, 500, 1.2),
            "term_deposit": H(0, 0),
            "fund": H(15, 800, 1.0),
            "credit_card": H(640, 9_500, 0.8),
            "consumer_loan": H(420, 42_000, 0.8),
            "mortgage": H(15, 260_000, 0.6),
        },
        payroll=130,
        wage=5_200,
        rate=1.0,
        kinds=(520, 190, 190, 20, 70, 10),
        amounts=0.6,
        tx_channels=(150, 0, 30, 80, 740, 0),
        service=0.13,
        loan=0.34,
        advice=0.006,
        invest=0.001,
        contact_channels=(560, 200, 50, 190, 0),
        leave=0.0030,
        drift=0.0006,
        manager=5,
        consent=720,
        growth=(-8, 5),
        transfer_in=0.05,
    ),
    Segment(
        name="dormant",
        zh="沉睡客户",
        en="dormant",
        share=126,
        ages=(24, 66),
        male=500,
        branches=(210, 230, 190, 170, 200),
        occupations=(620, 150, 40, 130, 60),
        incomes=(280, 400, 250, 60, 10),
        grades=(110, 400, 380, 90, 20),
        holdings={
            "current": H(480, 700, 1.6),
            "savings": H(690, 1_300, 1.8),
            "term_deposit": H(20, 20_000, 0.8),
            "fund": H(10, 2_000, 1.0),
            "credit_card": H(60, 700, 0.9),
            "consumer_loan": H(0, 0),
            "mortgage": H(0, 0),
        },
        payroll=420,
        wage=6_400,
        rate=0.045,
        kinds=(300, 280, 250, 50, 110, 10),
        amounts=0.6,
        tx_channels=(260, 0, 30, 110, 600, 0),
        service=0.012,
        loan=0.003,
        advice=0.001,
        invest=0.001,
        contact_channels=(560, 220, 50, 170, 0),
        leave=0.0024,
        drift=0.0,
        manager=2,
        consent=450,
        growth=(-5, 3),
        transfer_in=0.004,
    ),
)
NAMES = tuple(s.name for s in SEGMENTS)
