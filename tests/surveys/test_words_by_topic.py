"""Free texts are grouped by the words of the topics; personal data are masked."""

import pytest

from surveys.masking import MASK, masked
from surveys.topics import by_topic, topics, words_of


def found(text: str) -> set[str]:
    """The topics of a text."""
    return {group.topic.code for group in by_topic([text]).groups}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("夜间巡逻太少,楼下经常有陌生人", {"patrols", "gate"}),
        ("保安员态度很好,响应速度快", {"staff", "attitude", "speed"}),
        ("門崗的保安員很有禮貌", {"gate", "staff", "attitude"}),
        ("保安巡邏次數太少,車位不足", {"staff", "patrols", "parking"}),
        ("电梯经常坏,报修后等了三天", {"lifts", "repairs", "speed"}),
        ("The security guards are polite, but parking is a mess", {"staff", "attitude", "parking"}),
        ("Fire lane blocked by cars", {"fire", "parking"}),
        ("无", set()),
        ("carpet", set()),  # no part of a word counts
    ],
)
def test_a_text_belongs_to_every_topic_it_has_a_word_of(text: str, expected: set[str]) -> None:
    assert found(text) == expected


def test_counts_words_and_the_rest_are_told() -> None:
    texts = ["停车难", "车位太少,停车难", "没有意见", "Parking!"]
    sorted_texts = by_topic(texts)
    (parking,) = sorted_texts.groups
    assert parking.places == [0, 1, 3]
    assert parking.commonest == [("停车难", 2), ("parking", 1), ("车位", 1)]
    assert sorted_texts.rest == [2]


def test_every_word_of_a_topic_is_found_by_itself() -> None:
    for topic in topics():
        for word in topic.words:
            assert word in words_of(word), word
            assert topic.code in found(word), word


def test_every_topic_is_named_in_three_languages() -> None:
    assert all(set(topic.name) == {"en", "zh-hans", "zh-hant"} for topic in topics())


@pytest.mark.parametrize(
    "text",
    [
        "请打13812345678找我",
        "电话 138-1234-5678",
        "致電9123 4567",
        "+86 (0)512 6288 1234",
        "138 1234 5678",
        "write to li.lei@example.com.cn please",
        "微信号:lilei_1988",
        "\uff11\uff13\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "身份证32050119880101123X",
        "苏E12345占了我的车位",
    ],
)
def test_personal_data_are_masked(text: str) -> None:
    hidden = masked(text)
    assert MASK in hidden
    assert not any(part in hidden for part in ("1381234", "5678", "4567", "1234", "lilei", "li.lei", "12345"))


@pytest.mark.parametrize(
    "text", ["3幢1502的灯坏了", "2026年11月停水两次", "等了30分钟", "24小时巡逻", "A座12楼"]
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert masked(text) == text
