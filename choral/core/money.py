"""Money as integer minor units with its currency; floats never touch it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from choral.core.errors import InvalidInput

# ISO 4217 active codes; minor units differ from two only where listed below.
CURRENCIES = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL "
    "LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
    "PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG".split()
)
_MINOR_DIGITS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)


def minor_digits(currency: str) -> int:
    """How many decimals the currency's minor unit has (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD."""
    return _MINOR_DIGITS.get(currency, 2)


def check_currency(currency: str) -> str:
    """The code in capitals, or InvalidInput `unknown_currency`."""
    code = currency.strip().upper()
    if code not in CURRENCIES:
        raise InvalidInput(
            "unknown_currency",
            f"“{currency[:20]}” is not a currency.",
            "Amounts need an ISO 4217 code such as EUR or USD.",
            "Send the three-letter code of the currency the amount is in.",
        )
    return code


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """From major units (59.90), rounded half to even at the currency's minor unit."""
        code = check_currency(currency)
        try:
            scaled = Decimal(amount).scaleb(minor_digits(code))
            return cls(int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), code)
        except (ArithmeticError, ValueError) as error:
            raise InvalidInput(
                "invalid_amount",
                f"“{str(amount)[:40]}” is not an amount of money.",
                "It is not a finite decimal number.",
                "Send a number such as 59.90, in major units.",
            ) from error

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other).minor, self.currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise InvalidInput(
                "mixed_currencies",
                f"{self.currency} and {other.currency} cannot be added.",
                "An amount without a rate of exchange would be wrong.",
                "Convert one of them first, and say at which rate.",
            )
        return other
