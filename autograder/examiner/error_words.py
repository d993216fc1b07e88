"""The usual words of errors of Python and torch: what a message may say in any notebook."""

from __future__ import annotations

import builtins
import errno
import os
import re

CLASSES = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
) | {"OutOfMemoryError", "AcceleratorError", "LinAlgError", "FrozenInstanceError", "Finding"}

# Of values that a student's code may return where a tensor should be.
_TYPES = """
    int float complex str bytes list tuple dict set frozenset range slice generator map zip filter
    function type module method ellipsis object Tensor Parameter Size dtype device Generator Module
    ModuleList ModuleDict ParameterList ParameterDict Sequential Linear Conv2d MaxPool2d ReLU
    Identity Normal ndarray
"""

_WORDS = """
    a about above absolute access accumulate adding after alias aligned all allocate allocated
    allocation allowed along already also ambiguous an and anomaly another any applied arange
    are arg args argument arguments array as assertion assigned assignment associated at attempt
    attribute attributes autograd available axis b back backend backward bad base batch be
    because been before being below between bfloat16 bias binary bit bmm bool boolean boundary
    bounds broadcast broadcastable broadcasting buffer but by byte bytes call callable called
    calling calls can cannot cast cat category change changed channel channels char character
    characters check checking class classes clone closed code codec comparison compatible
    complex computation compute computed concatenate connect connection consider contain
    contains contiguous conv2d conversion convert converted convolution copy copying core cost
    could cpu create created cuda current data deeply default defined deleted denied depth
    desired detach detached detection device devices dict did didn different differentiable
    differentiated digits dim dimension dimensional dimensions dims directory disallowed
    distribution divide divided divisible division do does doesn domain don done double dtype
    dtypes dummy during each einsum either element elements elementwise embedding empty enable
    enabled encode encoded encoding end enough entries equal errno error even exactly exceed
    exceeded except exp expand expanded expect expected expects explicitly expression factory
    failed features few fewer file fill find finite first flat float float16 float32 float64
    floating floats floattensor following for format forward found four free freed from full
    func function functional functions further future gate gates generator get give given global
    got grad grad_fn gradient gradients graph greater groups had half handed handle has hashable
    hasn have having head heads height hidden hint host if ignored illegal immutable implement
    implemented implicitly in include incompatible inconsistent index indexed indexing indices
    inf infer inference init inner inplace input inputs inside instance instead int int16 int32
    int64 int8 integer integers internal into ints invalid invoked is isn it item items iterable
    iteration its itself kernel key keys keyword kind known kwargs label large larger last layer
    layout leaf least len length less like linear list literal local location log logits long
    longer longtensor loss lower make many mask masked mat1 mat2 match matches math matmul
    matrices matrix max maximum mean memory meta method methods might min minimum minus mismatch
    missing mixed mode model modified module modules more most mps mul multi multiple multiplied
    multiply must name named names nan nd ndarray nearest necessary need needed needs negative
    nested new next nn no non none nonetype nonzero normal not nothing number numbers numel
    numpy object objects odd of offset on once one ones only op open operand operands operate
    operation operations operator operators options or order ordered original other out outer
    output outputs outside overflow own pad padding parameter parameters part pass passed per
    permission permitted permute place please point pooling position positional positive
    possible power precision present previous probability product projection properties property
    provided python query raise raised random range rank re reached read real recent recursion
    reduce reduction reference referenced requested require required requires requires_grad
    reshape resize resized resource result results retain retain_graph return returned returns
    right root row rows run running same sample samples saved scalar scalars second see self
    sequence sequences set setting several shape shapes should sigmoid sign signed similar
    simple single singleton size sizes slice slices slope smaller softmax some sorted source
    space sparse specified specify square squeeze stack staticmethod step steps still storage
    str stride strides string strings subclass subscript subscriptable subtract such sum support
    supported supports sure surrogate surrogates symbol syntax system take takes tanh target
    targets tensor tensorlike tensors than that the their them then there these they third this
    three through time timed times to together too torch total transform transpose trying tuple
    two type types uint8 unary unbound undefined unexpected unhashable uninitialized unknown
    unpack unsqueeze unsupported until unused up update upper use used user uses using utf valid
    validate value values variable variables vector version view view_as want was wasn way
    weight weights were what when where which while whose width will with within without would
    wrong x yet you your zero zeros
"""

TYPES = frozenset(_TYPES.split())
# "No space left on device" and all the others that the system has.
_OF_THE_SYSTEM = " ".join(map(os.strerror, errno.errorcode))
WORDS = frozenset(_WORDS.split()) | frozenset(re.findall("[a-z]+", _OF_THE_SYSTEM.lower()))
