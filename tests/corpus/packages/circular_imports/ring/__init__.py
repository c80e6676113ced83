from ring.first import First
from ring.second import Second
