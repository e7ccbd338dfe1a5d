import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crmlib.words.messages import Message, as_json, from_json, say

plain = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5)
messages = st.recursive(
    st.builds(Message, st.sampled_from(["a.b", "c.d"]), st.dictionaries(st.sampled_from(["n", "who"]), plain)),
    lambda inner: st.builds(
        Message, st.just("e.f"), st.dictionaries(st.sampled_from(["why", "list"]), inner | st.lists(inner))
    ),
)


@given(messages)
def test_a_message_survives_json(message):
    assert from_json(json.loads(json.dumps(as_json(message)))) == message


def test_numbers_of_numpy_and_estimates_become_plain():
    assert as_json(say("a.b", n=np.int64(3), share=(np.float64(0.5), 0.25, 0.75))) == {
        "message": "a.b", "n": 3, "share": [0.5, 0.25, 0.75],
    }  # fmt: skip
