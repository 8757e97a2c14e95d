"""Devices, between the contract and the model; pure."""

from loanflow.notification.v1 import device_pb2
from loanflow.notification.v1 import notification_service_pb2 as pb
from services.notification.device_model import Device, DevicePlatform
from services.runtime.messages import Members, Out

_PLATFORMS = Members(DevicePlatform, device_pb2.DevicePlatform)
_DEVICE = Out(Device, device_pb2.Device)


def to_platform(request: pb.RegisterDeviceRequest) -> DevicePlatform:
    """The kind of device that is registered."""
    return _PLATFORMS.member(request.platform)


def from_device(device: Device) -> device_pb2.Device:
    """The resource of a device."""
    return _DEVICE(device)
