"""Influencer network centrality: notebooks 20 to 26.

Who names whom, centrality, spread and thresholds, audience against influence, bought followers,
and a reader's own network.
"""

from socionaut.influence.audience import *
from socionaut.influence.authenticity import *
from socionaut.influence.betweenness import *
from socionaut.influence.budgets import *
from socionaut.influence.centrality import *
from socionaut.influence.communities import *
from socionaut.influence.firmness import *
from socionaut.influence.mentions import *
from socionaut.influence.missing import *
from socionaut.influence.own_network import *
from socionaut.influence.seeds import *
from socionaut.influence.spread import *
from socionaut.influence.thresholds import *
