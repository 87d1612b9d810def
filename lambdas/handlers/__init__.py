"""Entry points: each decodes its event, calls one function of the logic, and encodes the result.

A function makes some 200,000 objects when it starts, and hardly any is garbage. By default Python looks for
garbage whenever there are 700 more, which takes an eighth of a cold start.
"""

import gc

NEW_OBJECTS = 50_000
"""After how many more objects Python looks for garbage."""

gc.set_threshold(NEW_OBJECTS)
