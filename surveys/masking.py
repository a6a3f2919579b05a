"""What a free text says of people in numbers and addresses, blotted out before anybody reads it among results."""

import re

#: What stands in place of it.
MASK = "███"

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
#: Eighteen characters of a resident identity card.
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])", re.ASCII)
#: Mainland mobiles and fixed lines, Hong Kong numbers of eight, any with a country code: seven digits or more, in groups.
_PHONE = re.compile(r"(?<![\dA-Za-z])\+?\(?\d(?:[\s().-]{0,2}\d){6,15}(?!\d)", re.ASCII)
_WECHAT = re.compile(
    r"((?:微信号?|vx|wechat|weixin|qq)\s*(?:id)?\s*[::]?\s*)([A-Za-z0-9][\w-]{4,19})",
    re.IGNORECASE | re.ASCII,
)
#: Plates such as 苏A12345 and 沪AD12345.
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{5,6}(?![A-Za-z0-9])")
#: Full-width digits, plus, hyphen and at-sign, as Chinese keyboards give them.
_WIDE = {0xFEE0 + ord(sign): sign for sign in "0123456789+-@"}


def masked(text: str) -> str:
    """`text` without telephone numbers, mail addresses, identity numbers, number plates and chat names."""
    narrow = text.translate(_WIDE)
    for pattern in (_MAIL, _IDENTITY, _PLATE):
        narrow = pattern.sub(MASK, narrow)
    return _PHONE.sub(MASK, _WECHAT.sub(rf"\g<1>{MASK}", narrow))
