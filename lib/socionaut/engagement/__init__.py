"""Engagement trends: notebooks 10 to 16.

Rates under each definition, how unequally they are spread, trends, adoption, and a table of
posts, a reader's own ones too.
"""

from socionaut.engagement.adoption import *
from socionaut.engagement.concentration import *
from socionaut.engagement.coverage import *
from socionaut.engagement.open_posts import *
from socionaut.engagement.own_posts import *
from socionaut.engagement.posts import *
from socionaut.engagement.rates import *
from socionaut.engagement.trends import *
